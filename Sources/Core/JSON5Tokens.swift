// White space, words and numbers of JSON5 (specification sections 3, 6, 7 and 8).

extension JSON5Parser {
  /// White space and comments.
  mutating func skipBlanks() {
    while let scalar = cursor.next {
      if JSON5Class.isSpace(scalar) {
        cursor.advance()
      } else if scalar == "/" && cursor.peek(1) == "/" {
        cursor.skip { !JSON5Class.isLineEnd($0) }
      } else if scalar == "/" && cursor.peek(1) == "*" {
        skipBlockComment()
      } else {
        return
      }
    }
  }

  private mutating func skipBlockComment() {
    let opening = cursor.position
    cursor.advance()
    cursor.advance()
    while let scalar = cursor.advance() {
      if scalar == "*" && cursor.take("/") { return }
    }
    problems.add("this comment is never closed", at: opening)
    giveUp()
  }

  /// What stands here, for "found …": a whole word or number, or one character.
  func upcoming() -> String {
    var probe = cursor
    guard let scalar = probe.next else { return "the end of the file" }
    let start = probe.index
    if scalar == "#" { return "`#` (a comment begins with `//`)" }
    if JSON5Class.continuesWord(scalar) {
      probe.skip { JSON5Class.continuesWord($0) }
    } else {
      probe.advance()
    }
    return quoted(probe.text(from: start))
  }

  /// An identifier as ECMAScript 5.1 section 7.6 has it, `\uXXXX` resolved.
  mutating func identifier() -> String {
    var view = String.UnicodeScalarView()
    while let scalar = cursor.next, JSON5Class.continuesWord(scalar) {
      let position = cursor.position
      cursor.advance()
      guard scalar == "\\" else {
        view.append(scalar)
        continue
      }
      guard cursor.take("u"), let code = hexDigits(4), let letter = Unicode.Scalar(code),
        letter != "\\", JSON5Class.continuesWord(letter)
      else {
        problems.add("a word may only hold escapes of letters, as `\\u0061`", at: position)
        continue
      }
      view.append(letter)
    }
    return String(view)
  }

  /// Exactly `count` hex digits, or nil with those that are there taken.
  mutating func hexDigits(_ count: Int) -> UInt32? {
    var result: UInt32 = 0
    for _ in 0..<count {
      guard let scalar = cursor.next, JSON5Class.isHexDigit(scalar),
        let digit = UInt32(String(scalar), radix: 16)
      else { return nil }
      result = result << 4 | digit
      cursor.advance()
    }
    return result
  }

  /// A number; the character behind it may not belong to a word (`5ms` is a string).
  mutating func number() -> JSON5Value.Kind {
    let start = cursor.index
    let position = cursor.position
    var isNegative = false
    if cursor.take("-") { isNegative = true } else { _ = cursor.take("+") }
    let body = cursor.index
    let isHex = cursor.next == "0" && (cursor.peek(1) == "x" || cursor.peek(1) == "X")
    let fits: Bool
    if isHex {
      cursor.advance()
      cursor.advance()
      fits = digits(JSON5Class.isHexDigit) > 0
    } else if cursor.next == "I" || cursor.next == "N" {
      let word = identifier()
      fits = word == "Infinity" || word == "NaN"
    } else {
      fits = decimal()
    }
    let end = cursor.index
    cursor.skip { JSON5Class.continuesWord($0) || $0 == "." }
    let complete = fits && cursor.index == end
    let text = String(String.UnicodeScalarView(cursor.text(from: start)))
    guard complete else {
      let isDuration = (try? Nanoseconds(literal: text)) != nil
      let hint = isDuration ? "; a duration needs quotes" : ""
      problems.add("\(quoted(text)) is no number\(hint)", at: position)
      return .invalid
    }
    let digits = String(String.UnicodeScalarView(cursor.text(from: body)))
    return .number(Self.value(of: digits, text: text, isHex: isHex, isNegative: isNegative))
  }

  /// The decimal forms: `0`, `12`, `1.5`, `.5`, `5.`, each with an exponent; no leading zeros.
  private mutating func decimal() -> Bool {
    let leadingZero = cursor.next == "0"
    let whole = digits(JSON5Class.isDigit)
    var fraction = 0
    if cursor.take(".") { fraction = digits(JSON5Class.isDigit) }
    guard whole + fraction > 0, !(leadingZero && whole > 1) else { return false }
    guard cursor.next == "e" || cursor.next == "E" else { return true }
    var distance = 1
    if cursor.peek(1) == "+" || cursor.peek(1) == "-" { distance = 2 }
    guard let digit = cursor.peek(distance), JSON5Class.isDigit(digit) else { return true }
    for _ in 0..<distance { cursor.advance() }
    return digits(JSON5Class.isDigit) > 0
  }

  private mutating func digits(_ fits: (Unicode.Scalar) -> Bool) -> Int {
    let start = cursor.index
    cursor.skip(while: fits)
    return cursor.index - start
  }

  private static func value(
    of digits: String, text: String, isHex: Bool, isNegative: Bool
  ) -> JSON5Number {
    var magnitude: UInt64?
    var value: Double
    switch digits {
    case "Infinity": value = .infinity
    case "NaN": value = .nan
    case _ where isHex:
      magnitude = UInt64(digits.dropFirst(2), radix: 16)
      value = Double(digits) ?? .infinity
    default:
      // Swift's own reader wants a digit on both sides of the point.
      let padded = digits.hasPrefix(".") ? "0" + digits : digits
      value = Double(padded.replacingPoint()) ?? .infinity
      magnitude = UInt64(digits)
      if magnitude == nil, value <= 9_007_199_254_740_992, value == value.rounded() {
        magnitude = UInt64(value)
      }
    }
    if isNegative { value = -value }
    return JSON5Number(text: text, value: value, magnitude: magnitude, isNegative: isNegative)
  }
}

extension String {
  /// `5.` and `5.e3` without the point that has no digit behind it.
  fileprivate func replacingPoint() -> String {
    guard let point = firstIndex(of: ".") else { return self }
    let behind = index(after: point)
    if behind < endIndex, self[behind].isNumber { return self }
    return String(self[..<point]) + String(self[behind...])
  }
}
