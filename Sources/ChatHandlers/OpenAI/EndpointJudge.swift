internal import JSONLines

/// Says what is wrong when an endpoint does not answer, and whether it may pass.
struct EndpointJudge {
  struct Verdict: Equatable {
    /// What follows if the request is not sent again.
    let failure: TurnFailure
    /// Whether sending it again may help.
    let mayPass: Bool
  }

  let model: String
  /// The key that was sent, which an endpoint may repeat.
  let key: EndpointKey?

  func verdict(
    on end: HTTPClient.End, _ complaint: [UInt8], _ text: CompletionText
  ) -> Verdict {
    if let trouble = text.trouble { return verdict(on: trouble, text) }
    if let failure = end.failure { return verdict(on: failure, end.message, text) }
    guard (200..<300).contains(end.status) else { return verdict(onStatus: end.status, complaint) }
    return broken("the endpoint ended its answer before it was complete", text)
  }

  func stalled(_ span: Int64, _ text: CompletionText) -> Verdict {
    broken("the endpoint has sent nothing for \(seconds(span))", text)
  }

  func tooLate(_ span: Int64, _ text: CompletionText) -> TurnFailure {
    TurnFailure(
      scope: .message, status: .later, cause: "there was no whole answer in \(seconds(span))",
      partial: text.text)
  }

  /// Something that ends an answer anywhere: before its first word it may pass, after that the sender
  /// is given what there is.
  private func broken(_ cause: String, _ text: CompletionText) -> Verdict {
    if text.text.isEmpty { return passing(cause) }
    return lasting(.dialect, cause, text)
  }

  private func passing(_ cause: String) -> Verdict {
    Verdict(failure: TurnFailure(scope: .moment, status: .later, cause: cause), mayPass: true)
  }

  private func lasting(
    _ status: HandlerExit.Status, _ cause: String, _ text: CompletionText? = nil
  ) -> Verdict {
    let failure = TurnFailure(
      scope: .chat, status: status, cause: cause, partial: text?.text ?? "")
    return Verdict(failure: failure, mayPass: false)
  }

  private func seconds(_ span: Int64) -> String {
    span % 1_000_000_000 == 0 ? "\(span / 1_000_000_000) s" : "\(span / 1_000_000) ms"
  }
}

// What there is to be judged.
extension EndpointJudge {
  private func verdict(on trouble: CompletionText.Trouble, _ text: CompletionText) -> Verdict {
    switch trouble {
    case .complaint(let complaint):
      broken("the endpoint gave up\(words(complaint.message))", text)
    case .unintelligible(let beginning):
      lasting(
        .dialect, "what the endpoint sends is no completion\(words(beginning, bytes: 80))", text)
    case .webPage:
      lasting(.dialect, "the endpoint answers with a web page; is its address right?")
    }
  }

  private func verdict(
    on failure: HTTPClient.End.Failure, _ message: String, _ text: CompletionText
  ) -> Verdict {
    switch failure {
    case .address: lasting(.settings, "the endpoint's address is wrong\(words(message))")
    case .identity: lasting(.permission, "the endpoint cannot be trusted\(words(message))")
    case .connect: passing("the endpoint cannot be reached\(words(message))")
    case .broken: broken("the connection to the endpoint broke\(words(message))", text)
    }
  }

  private func verdict(onStatus status: Int, _ body: [UInt8]) -> Verdict {
    let complaint = (try? JSONObject.parse(body)).flatMap { EndpointComplaint($0) }
    let said = "(\(status))\(words(complaint?.message ?? ""))"
    switch status {
    case _ where complaint?.code == "insufficient_quota", 402:
      return lasting(.permission, "the account at the endpoint is used up \(said)")
    case 401, 403:
      let what = key == nil ? "wants a key, see --key-file" : "does not accept the key"
      return lasting(.permission, "the endpoint \(what) \(said)")
    case 404:
      let name = words(model, after: "")
      return lasting(
        .settings, "the endpoint has no model \(name), or its address is wrong \(said)")
    case 300..<400:
      return lasting(
        .settings, "the endpoint sends elsewhere, which is not followed \(said); name that address")
    case 429: return passing("the endpoint is too busy \(said)")
    case 408, 409, 425, 500...: return passing("the endpoint fails \(said)")
    default:
      let failure = TurnFailure(
        scope: .message, status: .dialect, cause: "the endpoint refuses this message \(said)")
      return Verdict(failure: failure, mayPass: false)
    }
  }

  /// A text from outside as a part of a sentence: one line, not long, without the key.
  private func words(
    _ text: String, after colon: String = ": ", bytes limit: Int = ForeignWords.limit
  ) -> String {
    let line = ForeignWords.line(key?.removed(from: text) ?? text, bytes: limit)
    return line.isEmpty ? "" : colon + line
  }
}
