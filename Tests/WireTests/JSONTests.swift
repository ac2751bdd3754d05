import Core
import Testing
import TestSupport
import Wire

/// RFC 8259, in the manner of the well-known suites: what must pass, what must not.
struct JSONTests {
  static func parse(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }
  static func text(_ value: JSONValue) -> String {
    String(decoding: value.serialized(), as: UTF8.self)
  }

  @Test(arguments: [
    "null", "true", "false", "0", "-0", "-1", "1.5", "1e5", "1E+5", "-0.0e-0",
    "123456789012345678901",
    "\"\"", "\"a\"", "[]", "{}", "[1,2,[3]]", "{\"a\":1,\"a\":2,\"\":{}}", "\"é€😀\u{7F}\u{2028}\"",
    "[[],{},\"\",0,null]", "{\"a\":[{\"b\":[]}]}",
  ])
  func accepted(_ text: String) throws {
    #expect(Self.text(try Self.parse(text)) == text)
    let padded = try Self.parse(" \t\r\n" + text + " \t\r\n")
    #expect(Self.text(padded) == text)
  }

  @Test(arguments: [
    "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e",
    "1e+", "0x1", "1 2", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{", "}", "{]",
    "{a:1}",
    "{'a':1}", "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{\"a\":1,}", "{\"a\":1", "{\"a\":1]", "{,}",
    "{1:2}",
    "\"", "\"a", "\"\\\"", "\"\\", "\"\\x\"", "\"\\u\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\U0041\"",
    "\"a\nb\"", "\"\t\"", "\"\0\"", "null\0", "[1]x", "{}{}", "//x\n1", "/**/1", "\u{FEFF}1",
    "\u{A0}1", "\u{B}1", "'a'", "\"\\uD83D\\u\"",
  ])
  func refused(_ text: String) {
    #expect(throws: JSONError.self) { try Self.parse(text) }
  }

  @Test(arguments: [
    [0x80], [0xC3], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
    [0xE2, 0x82], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80],
    [0xFF], [0xE2, 0x28, 0xA1],
  ])
  func illFormedUTF8(_ bytes: [UInt8]) {
    let document = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
    #expect(throws: JSONError(offset: 1, message: "ill-formed UTF-8")) {
      try JSONValue.parse(document)
    }
    #expect(throws: JSONError.self) { try JSONValue.parse([UInt8(ascii: "\"")] + bytes) }
  }

  @Test(arguments: [
    ("\\u0041\\u00e9\\u20AC", "Aé€"), ("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\u{8}\u{C}\n\r\t"),
    ("\\ud83d\\ude00", "😀"), ("\\ud83d", "\u{FFFD}"), ("\\ude00x", "\u{FFFD}x"),
    ("\\ud83dx", "\u{FFFD}x"), ("\\ud83d\\u0041", "\u{FFFD}A"), ("\\ud83d\\n", "\u{FFFD}\n"),
    ("\\ud83d\\ud83d\\ude00", "\u{FFFD}😀"), ("\\ude00\\ud83d", "\u{FFFD}\u{FFFD}"),
    ("\\u0000", "\0"), ("\\uFFFF\\udbff\\udfff", "\u{FFFF}\u{10FFFF}"), ("a\\u0301", "a\u{301}"),
  ])
  func escapes(_ inside: String, _ expected: String) throws {
    #expect(try Self.parse("\"\(inside)\"").bytes == Array(expected.utf8))
  }

  @Test func depthIsLimitedAndCostsNoStack() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    let deepest = try Self.parse(nested(Limits.jsonDepth))
    #expect(Self.text(deepest) == nested(Limits.jsonDepth))
    #expect(throws: JSONError(offset: 512, message: "nested deeper than 512 levels")) {
      try Self.parse(nested(Limits.jsonDepth + 1))
    }
    #expect(throws: JSONError.self) { try Self.parse(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSONError.self) {
      try Self.parse(String(repeating: "{\"a\":", count: 1_000_000))
    }
  }

  @Test func errorsNameTheirPlace() {
    #expect(throws: JSONError(offset: 6, message: "expected a colon")) {
      try Self.parse("{ \"a\" }")
    }
  }

  @Test func slicesCountFromTheirOwnStart() throws {
    let bytes = Array("xx[1]xx".utf8)
    #expect(try JSONValue.parse(bytes[2..<5]) == .array([.number("1")]))
    #expect(throws: JSONError(offset: 3, message: "something follows the document")) {
      try JSONValue.parse(bytes[2..<6])
    }
  }

  @Test func writing() throws {
    let text = "a\"b\\c\u{1}\u{1F}\n\r\t/é\u{7F}"
    let escaped = String(decoding: JSONValue.escape(text), as: UTF8.self)
    #expect(escaped == "\"a\\\"b\\\\c\\u0001\\u001f\\n\\r\\t/é\u{7F}\"")
    #expect(try JSONValue.parse(JSONValue.escape(text)).string == text)
    let all = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init)))
    #expect(try JSONValue.parse(JSONValue.escape(all)).bytes == Array(all.utf8))
    let value = JSONValue.object([.init(key: Array("k\"".utf8), value: .string([0x0A]))])
    #expect(Self.text(value) == "{\"k\\\"\":\"\\n\"}")
  }

  @Test(arguments: 0..<20)
  func randomDocumentsNeverCrash(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let alphabet = [
      "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "1", "-", ".", "e", "\\", "\\u", "d83d", "null",
      " ",
      "\"k\":", "é",
    ]
    for _ in 0..<200 {
      let bytes = Garbage.make(from: alphabet, count: 12, using: &random)
      guard let value = try? JSONValue.parse(bytes) else { continue }
      #expect(try JSONValue.parse(value.serialized()) == value)
    }
  }

  /// A valid document has exactly one end: no proper prefix of an object is a document.
  @Test func everyPrefixIsRefused() {
    let bytes = Array("{\"a\":[1,-2.5e+3,\"\\u00e9\\ud83d\\ude00é\",true,null,{\"b\":{}}]}".utf8)
    #expect((try? JSONValue.parse(bytes)) != nil)
    for end in 0..<bytes.count { #expect((try? JSONValue.parse(bytes[..<end])) == nil) }
  }
}
