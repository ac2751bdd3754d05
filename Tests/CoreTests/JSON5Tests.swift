import Core
import Testing

@Suite struct JSON5Tests {
  /// A node in a plain notation, so that whole documents compare as text.
  private func plain(_ value: JSON5Value) -> String {
    switch value.kind {
    case .null: return "null"
    case .bool(let bool): return "\(bool)"
    case .number(let number):
      return number.magnitude.map { number.isNegative ? "-\($0)" : "\($0)" } ?? "\(number.value)"
    case .string(let string): return "\"\(string.text)\""
    case .array(let values): return "[\(values.map { plain($0) }.joined(separator: " "))]"
    case .object(let members):
      return "{\(members.map { "\($0.key)=\(plain($0.value))" }.joined(separator: " "))}"
    case .invalid: return "invalid"
    }
  }

  private func errors(of source: String) -> String {
    do {
      _ = try JSON5Value.read(Array(source.utf8), path: "s")
      return ""
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("{}", "{}"), ("[]", "[]"), ("[1,]", "[1]"), ("{a:1,}", "{a=1}"),
    ("\u{FEFF} [ /* a */ 1 // b\n , 2 ]", "[1 2]"),
    ("// x\u{2028}[true,false,null]", "[true false null]"),
    (
      "{$a_1: 1, 'b c': 2, \"d\": 3, ünï: 4, \\u0061: 5, true: 6}",
      "{$a_1=1 b c=2 d=3 ünï=4 a=5 true=6}"
    ),
    (
      "[0, -0, +7, 12, 0xfF, -0X10, 1e3, 5., .5, -.25, 1.50, 2E-1, 5.e1]",
      "[0 -0 7 12 255 -16 1000 5 0.5 -0.25 1.5 0.2 50]"
    ),
    (
      "[18446744073709551615, 18446744073709551616]",
      "[18446744073709551615 1.8446744073709552e+19]"
    ),
    ("[Infinity, -Infinity, +Infinity]", "[inf -inf inf]"),
    (#"['it''s']"#.replacing("''", with: #"\'"#), #"["it's"]"#),
    (
      #"["\b\f\n\r\t\v\0\x41\u00e9\uD83D\uDE00\q\"\\\/"]"#,
      "[\"\u{8}\u{C}\n\r\t\u{B}\0Aé😀q\"\\/\"]"
    ),
    ("['a\\\nb\\\r\nc\\\rd\\\u{2028}e']", "[\"abcde\"]"),
    ("['\u{2028}\t\u{1}']", "[\"\u{2028}\t\u{1}\"]"),
    ("\u{A0}\u{3000}\u{B}\u{C}1", "1"),
  ])
  func reads(source: String, plain expected: String) throws {
    #expect(plain(try JSON5Value.read(Array(source.utf8), path: "s")) == expected)
  }

  @Test(arguments: [
    BadSource("[1 ¦2]", "expected `,` or `]` after an element, found `2`"),
    BadSource("{a: 1 ¦b: 2}", "expected `,` or `}` after a member, found `b`"),
    BadSource("[1,¦,2]", "expected a value, found `,`"),
    BadSource("{¦,}", "expected a key, found `,`"),
    BadSource("{¦5: 1}", "expected a key, found `5`"),
    BadSource("{a ¦1}", "expected `:` after the key `a`, found `1`"),
    BadSource(
      "{a ¦= 1, b: ¦x}", "expected `:` after the key `a`, found `=`",
      "`x` is no value; a string needs quotes"),
    BadSource("¦{a: 1", "this `{` is never closed"),
    BadSource("{a: ¦[1", "this `[` is never closed"),
    BadSource("{a: [1¦}", "expected `]`, found `}`"),
    BadSource("[1] ¦2", "unexpected `2` behind the end of the value"),
    BadSource("[¦'abc\n]", "this string is never closed on its line"),
    BadSource(
      "{a: ¦\"abc,\n b: ¦yes}", "this string is never closed on its line",
      "`yes` is no value; a string needs quotes"),
    BadSource(
      "[¦012, ¦1.2.3, ¦5ms, ¦0x, ¦., ¦+, ¦1e, ¦-x]",
      "`012` is no number", "`1.2.3` is no number", "`5ms` is no number; a duration needs quotes",
      "`0x` is no number", "`.` is no number", "`+` is no number",
      "`1e` is no number", "`-x` is no number"),
    BadSource(
      #"["¦\1¦\x4g¦\u12¦\uD800x¦\uDC00"]"#,
      "`\\1` is no escape; write `\\x01`", "`\\x` needs two hex digits",
      "`\\u` needs four hex digits", "this `\\u` escape is half of a surrogate pair",
      "this `\\u` escape is half of a surrogate pair"),
    BadSource("{¦\\x: 1}", "a word may only hold escapes of letters, as `\\u0061`"),
    BadSource("[1, ¦/* 2", "this comment is never closed"),
    BadSource("[¦# no\n1]", "expected a value, found `#` (a comment begins with `//`)"),
    BadSource("[¦/ 1]", "expected a value, found `/`"),
    BadSource("[1,\r\n 2,\n¦\u{201C}a\u{201D}]", "expected a value, found `\u{201C}`"),
    BadSource("{a: 1, b: 2,\n ¦a: 3}", "duplicate key `a`; it stands already in line 1"),
    BadSource("['é😀\u{301}', ¦x]", "`x` is no value; a string needs quotes"),
  ])
  func refuses(_ bad: BadSource) {
    #expect(bad.parts.places.count == bad.messages.count, "marks and messages differ")
    #expect(errors(of: bad.parts.source) == bad.expected)
  }

  @Test func aLineEndsWithCROrLFOrBoth() {
    #expect(errors(of: "[\r1,\r\n2,\n\n x]").hasPrefix("s:5:2: "))
  }

  @Test func bytesThatAreNotUTF8HaveAPlace() {
    for bad: [UInt8] in [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80]] {
      let bytes = Array("[1,\n 'é".utf8) + bad + Array("']".utf8)
      do {
        _ = try JSON5Value.read(bytes, path: "s")
        Issue.record("\(bad) was read")
      } catch {
        #expect(error.description == "s:2:4: the file is not valid UTF-8 from here on")
      }
    }
  }

  @Test func depthAndSizeHaveLimits() {
    let depth = Limits.scenarioDepth
    let fits = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(errors(of: fits) == "")
    #expect(
      errors(of: String(repeating: "[", count: 100_000))
        == "s:1:\(depth + 1): nested deeper than \(depth) levels")
    let large = String(repeating: " ", count: Limits.scenarioBytes) + "1"
    #expect(
      errors(of: large)
        == "s:1:1: the file has \(Limits.scenarioBytes + 1) bytes; at most "
        + "\(Limits.scenarioBytes) are read")
  }

  @Test func placesInsideAStringCountItsEscapes() throws {
    let value = try JSON5Value.read(Array("  'a\\x41é\\\nb\\uD83D\\uDE00c'".utf8), path: "s")
    guard case .string(let string) = value.kind else {
      Issue.record("no string")
      return
    }
    let places = (0...string.scalars.count).map { index in
      let position = string.position(of: index)
      return "\(position.line):\(position.column)"
    }
    // a, A, é, (continuation), b, 😀, c, the closing quote.
    #expect(places == ["1:4", "1:5", "1:9", "2:1", "2:2", "2:14", "2:15"])
  }
}
