/// The file that `wg init` writes: every setting with its default, commented out.
public enum ConfigurationTemplate {
  /// What is said about chats that name nothing is not commented out.
  public static func text(_ said: ChatDefaults = ChatDefaults()) -> String {
    let tables = SettingsTable.fixed.map { table in
      let lines = table.settings.map { setting in
        if table == .dispatcher, let value = said.value(of: setting.key) {
          return "\(setting.key) = \(TOMLText.quoted(value))"
        }
        return "# \(setting.key) = \(setting.example)"
      }
      // A table that others add must not be there twice.
      let isUsed = table == .dispatcher
      return (isUsed ? "" : "# ") + "[\(table.title)]\n" + lines.joined(separator: "\n")
    }
    return introduction + "\n" + tables.joined(separator: "\n\n") + "\n\n" + examples
  }

  private static let introduction = """
    # Settings of this project; wg-config(5) tells what each is for. What is commented out is the
    # default, or shows how it would be written. A setting needs its [table] above it.
    # `wg config check` finds mistakes, `wg service reload` puts changes into effect.

    """

  private static let examples = """
    # One chat, by its number, before what [chats] says:
    # [chats.6]
    # memory_max = "infinity"

    # A handler by a name of your own, for `wg chat create --handler NAME`:
    # [handlers.calculator]
    # kind = "command"
    # command = ["bc", "-l"]

    # A model, for `wg chat create -m NAME`:
    # [models.local]
    # name = "gemma"
    # endpoint = "http://localhost:8080/v1"
    # handler = "openai"

    """
}

extension ChatDefaults {
  /// Of a setting of `[dispatcher]`.
  fileprivate func value(of key: String) -> String? {
    switch key {
    case "handler": handler
    case "model": model
    case "endpoint": endpoint
    case _: nil
    }
  }
}

extension Setting {
  /// The default as TOML; where there is none, something that could be said.
  fileprivate var example: String {
    initial.isEmpty ? TOMLText.quoted("…") : type.spelled(initial)
  }
}
