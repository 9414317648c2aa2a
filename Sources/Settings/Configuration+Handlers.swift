public import HandlerKinds

/// A table of `[handlers]`: what to run, and how.
public struct ConfiguredHandler: Equatable, Sendable {
  public let name: String
  public let kind: BuiltInKind
  /// The program and its arguments, for kinds that have one.
  public let command: [String]
  /// `NAME=value`.
  public let environment: [String]
  /// Each option with its values; one without values is a flag.
  let options: [(option: HandlerOption, values: [String])]

  /// The arguments of `wg-handler`.
  ///
  /// - Parameter said: options that the chat itself says otherwise, in its environment.
  public func arguments(except said: Set<String> = []) -> [String] {
    var arguments = [kind.rawValue]
    for (option, values) in options where !said.contains(option.name) {
      if values.isEmpty { arguments.append(option.flag) }
      for value in values { arguments.append("\(option.flag)=\(value)") }
    }
    return command.isEmpty ? arguments : arguments + ["--"] + command
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.environment == right.environment
      && left.arguments() == right.arguments()
  }
}

/// A table of `[models]`.
public struct ConfiguredModel: Equatable, Sendable {
  /// What the handler is told.
  public let name: String
  public let endpoint: String?
  /// What answers in a new chat that names this model and no handler.
  public let handler: String?
}

extension Configuration {
  /// The handler of that name; nil when no table has it.
  public func handler(named name: String) -> ConfiguredHandler? {
    guard let values = whole(.handler(name)) else { return nil }
    var kind = BuiltInKind(rawValue: name)
    if case .text(let text)? = values["kind"] { kind = BuiltInKind(rawValue: text) }
    guard let kind else { return nil }
    var command: [String] = []
    var environment: [String] = []
    if case .texts(let texts)? = values["command"] { command = texts }
    if case .variables(let variables)? = values["environment"] {
      environment = variables.map { "\($0.name)=\($0.value)" }
    }
    return ConfiguredHandler(
      name: name, kind: kind, command: command, environment: environment,
      options: kind.options.compactMap { option in
        values[option.key].flatMap { Self.arguments(of: option, $0) }.map { (option, $0) }
      })
  }

  /// Nil when the option is not to be given.
  private static func arguments(of option: HandlerOption, _ value: SettingValue) -> [String]? {
    switch value {
    case .flag(let isOn): isOn == option.isNegation ? nil : []
    case .text(let text): [text]
    case .texts(let texts): texts
    case .number(let number): [option.value == .span ? "\(number)ns" : "\(number)"]
    case .factor(let number): ["\(number)"]
    case .variables: nil
    }
  }

  public func model(named name: String) -> ConfiguredModel? {
    guard let values = whole(.model(name)) else { return nil }
    func text(_ key: String) -> String? {
      if case .text(let text)? = values[key] { text } else { nil }
    }
    return ConfiguredModel(
      name: text("name") ?? name, endpoint: text("endpoint"), handler: text("handler"))
  }

  /// Every name that a chat can be given as its handler.
  public var handlerNames: [String] {
    let own = tables.compactMap { if case .handler(let name) = $0 { name } else { nil } }
    return Set(own + BuiltInKind.allCases.map(\.rawValue)).sorted()
  }

  public var modelNames: [String] {
    tables.compactMap { if case .model(let name) = $0 { name } else { nil } }.sorted()
  }

  /// Why a chat cannot be given a handler of this name; nil when it can.
  public func objection(toHandler name: String) -> String? {
    if handlerNames.contains(name) || Self.foreignKinds.contains(name) { return nil }
    if mentions(handler: name) {
      return "[handlers.\(name)] has a mistake; `wg config check` says which"
    }
    return "there is no handler `\(name)`; there are \(handlerNames.joined(separator: ", "))"
      + NearMiss.hint(name, among: handlerNames)
  }

  /// What to say of a model that no table of `[models]` names, where there are any; nil for nothing.
  ///
  /// No mistake: a handler may know models that nobody wrote down.
  public func remark(onModel name: String) -> String? {
    guard !modelNames.isEmpty, !modelNames.contains(name) else { return nil }
    return "[models] has no `\(name)`, so the handler is told that name as it is; there are "
      + modelNames.joined(separator: ", ") + NearMiss.hint(name, among: modelNames)
  }

  /// Settings that name a handler that there is not.
  var unexplainedNames: [ConfigurationProblem] {
    let tables = [SettingsTable.dispatcher] + modelNames.map { .model($0) }
    return tables.compactMap { table in
      guard let found = found(table, "handler"), case .text(let name) = found.value,
        let objection = objection(toHandler: name)
      else { return nil }
      return ConfigurationProblem(
        severity: .mistake, file: found.origin.file, line: found.origin.line, column: 1,
        reason: "handler: \(objection)")
    }
  }

  private func mentions(handler name: String) -> Bool {
    mistakes.contains { $0.reason.contains("[handlers.\(name)]") }
  }

  /// Kinds of the existing program: its chats keep them.
  private static let foreignKinds: Set<String> = ["nex", "native", "shell", "gemini", "amplifier"]
}
