// What libFuzzer calls, again and again, with bytes that it made up: `make fuzz`.
// WG_FUZZ names the target.
import Glibc

private let target: FuzzTarget = {
  let name = getenv("WG_FUZZ").map { String(cString: $0) } ?? ""
  guard let target = (FuzzTarget.all + [.planted]).first(where: { $0.name == name }) else {
    print("WG_FUZZ must be one of \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
    exit(64)
  }
  return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try target.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
  } catch {
    print("\(target.name): \(error)")
    abort()
  }
  return 0
}
