internal import ChatStorage
internal import SystemPackage

/// The names of the units that serve a project.
enum UnitName {
  /// The folder of the machine's own chats, which have a unit of their own.
  static let systemFolder: FilePath = "/var/lib/wg"
  static let systemService = "wg-dispatcher.service"

  /// Bytes that the name of a service of this manager may have.
  ///
  /// systemd.unit(5): 255, and the unit that ends what is left of it has a longer one, with `-end` in it.
  /// The system's service gets a folder for its drop-ins too, `NAME.d`, and so may that unit.
  static func limit(_ scope: ServiceUnit.Scope) -> Int {
    switch scope {
    case .system: 249
    case .user: 251
    }
  }

  /// Of the unit for a folder: `wg-dispatcher@srv-project.service`.
  static func service(of folder: FilePath) -> String {
    "wg-dispatcher@\(escaped(folder)).service"
  }

  /// The socket unit that belongs to a service.
  static func socket(of service: String) -> String {
    stem(service) + ".socket"
  }

  /// The template that a name is an instance of: `wg-dispatcher@.service`; nil for a plain unit.
  static func template(of name: String) -> String? {
    guard let at = name.firstIndex(of: "@"), let dot = name.lastIndex(of: "."), at < dot else {
      return nil
    }
    return String(name[...at] + name[dot...])
  }

  /// A path as part of a unit's name, as `systemd-escape --path` writes it.
  ///
  /// systemd.unit(5), "String escaping for inclusion in unit names".
  static func escaped(_ path: FilePath) -> String {
    let parts = path.string.split(separator: "/").joined(separator: "/")
    if parts.isEmpty { return "-" }
    var text = ""
    for (index, byte) in parts.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "/"): text += "-"
      case UInt8(ascii: ".") where index == 0: text += hexadecimal(byte)
      case let byte where isPlain(byte): text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += hexadecimal(byte)
      }
    }
    return text
  }

  private static func stem(_ name: String) -> Substring {
    name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: ":"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
  }
}
