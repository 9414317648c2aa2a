/// A number of bytes as systemctl shows it: `512`, `1.5K`, `20.0M`, with powers of 1024.
struct ByteCount: CustomStringConvertible {
  private let bytes: Int64

  init(_ bytes: Int64) { self.bytes = bytes }

  var description: String {
    guard bytes >= 1024 else { return "\(bytes)B" }
    let units = ["K", "M", "G", "T", "P", "E"]
    let step = min(units.count, (63 - bytes.leadingZeroBitCount) / 10)
    let tenths = (bytes >> (10 * (step - 1))) * 10 / 1024
    return "\(tenths / 10).\(tenths % 10)\(units[step - 1])"
  }
}
