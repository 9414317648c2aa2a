package import SupervisionCore

extension ExitStatus {
  /// `exited 1`, `signaled 9`, `unknown`, `never started`.
  package var recorded: String {
    switch self {
    case .exited(let code): "exited \(code)"
    case .signaled(let signal): "signaled \(signal)"
    case .unknown: "unknown"
    case .neverStarted: "never started"
    }
  }

  package init?(recorded text: String) {
    let words = text.split(separator: " ", maxSplits: 1)
    let number = words.count == 2 ? Int32(words[1]) : nil
    switch (words.first, number) {
    case ("exited", let code?): self = .exited(code)
    case ("signaled", let signal?): self = .signaled(signal)
    case ("unknown", nil) where words.count == 1: self = .unknown
    case ("never", nil) where text == "never started": self = .neverStarted
    default: return nil
    }
  }
}

extension RecordReader {
  func exit() throws(RecordError) -> ExitStatus? {
    guard let text = try text(.exit) else { return nil }
    guard let status = ExitStatus(recorded: text) else {
      throw RecordError("`exit` cannot be \(text.prefix(40))")
    }
    return status
  }
}
