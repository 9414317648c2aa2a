import JSONLines
import Testing

@Suite struct JSONValueTests {
  private func encoded(_ text: String) throws -> String {
    String(decoding: try JSONValue.parse(text).encoded(), as: UTF8.self)
  }

  @Test(arguments: [
    "null", "true", "false", "0", "-0", "1.0", "1e3", "1E+3", "-12.50e-07",
    "123456789012345678901234567890", "0.1000", "\"\"", "\"é\"", "\"e\u{301}\"", "[]", "{}",
    #""\u0041""#, #""\/""#, #""\u00e9""#, #""\u00E9""#, #""\ud83d\ude00""#, #""\uD800""#,
    #""\ud800\ud800""#, #""\udc00x""#, #""a\u0000b""#, #""\u0008\b\f\n\r\t\"\\""#, "\"\u{7F}\"",
    "\"\u{2028}\"", #"{"b":1,"a":2,"b":3}"#, #"{"":{"":[[],{}]}}"#, #"{"\u0061":1.50,"é":null}"#,
  ])
  func `what was parsed encodes to the same bytes`(text: String) throws {
    #expect(try encoded(text) == text)
  }

  @Test func `white space between tokens is all that a rewrite loses`() throws {
    #expect(try encoded(" {\t\"a\" :\r\n[ 1 , 2 ] } ") == #"{"a":[1,2]}"#)
  }

  @Test(arguments: [
    "", " ", "nul", "nulll", "tru", "TRUE", "01", "-", "1.", ".5", "+1", "1e", "1e+", "0x10", "NaN",
    "Infinity", "\"", "\"a", "\"\\", "\"\\\"", #""\x""#, #""\u12""#, #""\u12g4""#, "\"\n\"",
    "\"\0\"", "\0", "1\0", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":",
    "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{1:1}", "1 2", "{}}", "[]]",
    "'a'", "// a\n1", "\u{FEFF}1",
  ])
  func `what is not JSON is an error with a place`(text: String) {
    #expect { try JSONValue.parse(text) } throws: { error in
      guard let error = error as? JSONError else { return false }
      return (0...text.utf8.count).contains(error.offset) && !error.reason.isEmpty
    }
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22],
      [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0x5C, 0x6E, 0xFF, 0x22], [0x22, 0x5C, 0xFF, 0x22], [0xFF],
    ] as [[UInt8]])
  func `invalid UTF-8 is an error`(bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try JSONValue.parse(bytes) }
  }

  @Test func `nesting is limited and never overflows the stack`() throws {
    let deepest = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try encoded(deepest) == deepest)
    #expect(throws: JSONError.self) { try JSONValue.parse("[\(deepest)]") }
    #expect(throws: JSONError.self) { try JSONValue.parse(String(repeating: "[", count: 1 << 20)) }
    #expect(throws: JSONError.self) {
      try JSONValue.parse(String(repeating: #"{"a":"#, count: 1 << 18))
    }
  }

  @Test func `values are read by type`() throws {
    let value = try JSONValue.parse(
      #"{"s":"a\n\u00e9","i":-7,"u":18446744073709551615,"f":1.5,"b":true,"n":null,"l":[1,2]}"#)
    #expect(value["s"]?.string == "a\né")
    #expect(value["i"]?.int == -7)
    #expect(value["i"]?.uint == nil)
    #expect(value["u"]?.uint == .max)
    #expect(value["u"]?.int == nil)
    #expect(value["f"]?.int == nil)
    #expect(value["f"]?.double == 1.5)
    #expect(value["b"]?.bool == true)
    #expect(value["n"]?.isNull == true)
    #expect(value["l"]?.array?.count == 2)
    #expect(value["x"] == nil)
    #expect(value["s"]?["x"] == nil)
  }

  @Test func `literals and new values encode compactly`() {
    let value: JSONValue = ["a": 1, "b": [true, nil, "x\u{1}\u{1F}\"\\/é"], "c": [:]]
    #expect(value.description == #"{"a":1,"b":[true,null,"x\u0001\u001f\"\\/é"],"c":{}}"#)
    #expect(JSONValue.decimal(0.01).description == "0.01")
    #expect(JSONValue.decimal(.infinity) == .null)
    #expect(JSONValue.integer(UInt64.max).description == "18446744073709551615")
  }

  @Test func `the indented form has a line for each element`() {
    let value: JSONValue = ["a": [1, ["b": 2]], "c": [], "d": [:]]
    let text = """
      {
        "a": [
          1,
          {
            "b": 2
          }
        ],
        "c": [],
        "d": {}
      }
      """
    #expect(String(decoding: value.encodedPretty(), as: UTF8.self) == text)
  }

  @Test func `strings are compared by content, not by spelling`() throws {
    #expect(try JSONValue.parse(#""\u0041""#) == "A")
    #expect(try JSONValue.parse(#""\ud800""#) != JSONValue.parse(#""\ud801""#))
    #expect(try JSONValue.parse(#""\ud800""#) != "\u{FFFD}")
    #expect(try JSONValue.parse("\"é\"") != JSONValue.parse("\"e\u{301}\""))
  }
}

@Suite struct JSONObjectTests {
  @Test func `lookup gives the last of a repeated key`() throws {
    let object = try JSONObject.parse(Array(#"{"a":1,"b":2,"a":3}"#.utf8))
    #expect(object["a"] == 3)
    #expect(object.keys == ["a", "b", "a"])
  }

  @Test func `setting keeps places, appends what is new and removes all of a key`() throws {
    var object = try JSONObject.parse(Array(#"{"a":1,"b":2,"\u0061":3,"c":1.0}"#.utf8))
    object["b"] = "two"
    object["d"] = nil
    object["e"] = JSONValue.null
    object["a"] = 4
    #expect(object.description == #"{"a":1,"b":"two","\u0061":4,"c":1.0,"e":null}"#)
    object["a"] = nil
    #expect(object.description == #"{"b":"two","c":1.0,"e":null}"#)
  }

  @Test func `only an object is an object`() {
    #expect(throws: JSONError.self) { try JSONObject.parse(Array("[]".utf8)) }
  }
}

@Suite struct JSONPrefixTests {
  @Test func `two objects in a row are read one after the other`() throws {
    let bytes = Array(#" {"a":1}{"b":2} "#.utf8)
    let first = try JSONValue.parsePrefix(bytes)
    #expect(first.value == ["a": 1])
    #expect(first.length == 8)
    let second = try JSONValue.parsePrefix(bytes.dropFirst(first.length))
    #expect(second.value == ["b": 2])
    #expect(throws: JSONError.self) { try JSONValue.parsePrefix([0x20]) }
  }
}
