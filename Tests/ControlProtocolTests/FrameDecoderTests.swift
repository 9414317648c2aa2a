import ControlProtocol
import JSONLines
import TestSupport
import Testing

struct FrameDecoderTests {
  @Test func `a frame that arrives byte by byte is one frame`() throws {
    var decoder = FrameDecoder()
    var frames: [JSONValue] = []
    for byte in Array(#"{"cmd":"status"}"#.utf8) + [10] + Array(#"{"cmd":"ping"}"#.utf8) + [13, 10]
    {
      decoder.append([byte])
      while let frame = try decoder.next() { frames.append(frame) }
    }
    #expect(frames == [["cmd": "status"], ["cmd": "ping"]])
    #expect(decoder.pendingCount == 0)
  }

  @Test func `half a frame waits for the rest`() throws {
    var decoder = FrameDecoder()
    decoder.append(Array(#"{"cmd":"#.utf8))
    #expect(try decoder.next() == nil)
    decoder.append(Array("\"ping\"}".utf8))
    #expect(try decoder.next() == nil)
    decoder.append([10])
    #expect(try decoder.next() == ["cmd": "ping"])
  }

  @Test func `empty lines are no frames`() throws {
    var decoder = FrameDecoder()
    decoder.append(Array("\n\r\n  \t\n7\n\n".utf8))
    #expect(try decoder.next() == 7)
    #expect(try decoder.next() == nil)
  }

  @Test func `a line that is not JSON is reported and the next one is read`() throws {
    var decoder = FrameDecoder()
    decoder.append(Array("GET / HTTP/1.1\n".utf8) + [0xFF, 0xFE, 10] + Array("[]\n".utf8))
    let first = #expect(throws: FrameError.self) { try decoder.next() }
    guard case .notJSON(let offset, _) = first else {
      Issue.record("expected notJSON, got \(String(describing: first))")
      return
    }
    #expect(offset == 0)
    #expect(throws: FrameError.notUTF8) { try decoder.next() }
    #expect(try decoder.next() == [])
  }

  @Test func `a frame of the limit passes and one byte more does not`() throws {
    var fitting = FrameDecoder(limit: 10)
    fitting.append(Array("\"12345678\"\n".utf8))
    #expect(try fitting.next() == "12345678")
    var long = FrameDecoder(limit: 10)
    long.append(Array("\"123456789\"\n".utf8))
    #expect(throws: FrameError.tooLong(limit: 10)) { try long.next() }
    long.append(Array("1\n".utf8))
    #expect(throws: FrameError.tooLong(limit: 10)) { try long.next() }
    #expect(long.pendingCount == 0)
  }

  @Test func `an endless line is refused as soon as it passes the limit`() throws {
    var decoder = FrameDecoder(limit: 1_000)
    var fed = 0
    do {
      while fed < 100_000 {
        decoder.append(Array(repeating: UInt8(ascii: "x"), count: 100))
        fed += 100
        _ = try decoder.next()
      }
      Issue.record("the limit was never noticed")
    } catch {
      #expect(error == .tooLong(limit: 1_000))
    }
    #expect(fed <= 1_100)
  }

  @Test func `any cutting of a stream gives the same frames`() throws {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    let values = (0..<200).map {
      JSONValue.object(["n": .integer($0), "t": .text("ä\n\u{1F600}")])
    }
    let stream = values.flatMap(Frame.encode)
    for _ in 0..<20 {
      var decoder = FrameDecoder()
      var frames: [JSONValue] = []
      var position = 0
      while position < stream.count {
        let end = min(stream.count, position + 1 + Int(random.next() % 700))
        decoder.append(stream[position..<end])
        position = end
        while let frame = try decoder.next() { frames.append(frame) }
      }
      #expect(frames == values, "seed \(seed)")
    }
  }

  @Test func `random bytes give frames or typed errors and never trap`() {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    let likely = Array("{}[]\",:\\u0012 \n\ntruefalsnl-.eE\u{7F}é".utf8)
    for _ in 0..<500 {
      var decoder = FrameDecoder(limit: 64)
      for _ in 0..<20 {
        let count = Int(random.next() % 30)
        decoder.append(
          (0..<count).map { _ in
            random.next() % 4 == 0
              ? UInt8(truncatingIfNeeded: random.next())
              : likely.randomElement(using: &random) ?? 0
          })
        drain(&decoder, seed)
      }
    }
  }

  private func drain(_ decoder: inout FrameDecoder, _ seed: UInt64) {
    while true {
      do throws(FrameError) {
        guard try decoder.next() != nil else { return }
      } catch {
        if case .tooLong = error { return }
        #expect(error.controlError.code == .badData, "seed \(seed)")
      }
    }
  }
}
