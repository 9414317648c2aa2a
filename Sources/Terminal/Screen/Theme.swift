/// Colours by what they say, for one kind of background.
public struct Theme: Hashable, Sendable {
  /// What a piece of text is.
  public enum Role: Hashable, Sendable, CaseIterable {
    case text, faint, accent
    /// Who speaks.
    case person, agent, system
    case heading, code, quote, link
    case success, warning, failure
    /// A bar with a title, and the line that is chosen in a list.
    case bar, selection, border
  }

  public static let dark = Theme(isLight: false)
  public static let light = Theme(isLight: true)

  let isLight: Bool

  /// By `COLORFGBG`, where the terminal sets it; dark otherwise, as most are.
  public init(environment: [String: String]) {
    let background = environment["COLORFGBG"]?.split(separator: ";").last.flatMap { UInt8($0) }
    self.init(isLight: background == 7 || background == 15)
  }

  init(isLight: Bool) { self.isLight = isLight }

  /// Of the 16 colours that the person has chosen, nearly everywhere.
  public func style(_ role: Role) -> Style {
    switch role {
    case .text: .plain
    case .faint, .border: Style(.gray)
    case .accent: Style(isLight ? .blue : .cyan, .bold)
    case .person: Style(isLight ? .blue : .indexed(12), .bold)
    case .agent: Style(isLight ? .indexed(2) : .indexed(10), .bold)
    case .system, .warning: Style(isLight ? .indexed(130) : .yellow)
    case .heading: Style(isLight ? .magenta : .indexed(13), .bold)
    case .code: Style(isLight ? .indexed(88) : .indexed(14))
    case .quote: Style(.gray, .italic)
    case .link: Style(isLight ? .blue : .indexed(12), .underline)
    case .success: Style(.green)
    case .failure: Style(isLight ? .red : .indexed(9), .bold)
    case .bar: Style(attributes: .inverse)
    case .selection: Style(attributes: [.inverse, .bold])
    }
  }
}

extension Style {
  fileprivate init(_ foreground: Color, _ attributes: Attributes) {
    self.init(foreground, on: .standard, attributes)
  }
}
