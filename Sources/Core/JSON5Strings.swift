// Strings of JSON5 (specification section 5).

extension JSON5Parser {
  /// A string in either kind of quotes; errors in it are reported and passed over.
  mutating func string() -> JSON5String {
    let opening = cursor.position
    let quote = cursor.advance()
    let content = cursor
    var result = JSON5String(contentAt: content.position)
    while let scalar = cursor.next, scalar != "\n", scalar != "\r" {
      if scalar == "\\" {
        result.anchor(cursor.position)
        if let resolved = escape() { result.scalars.append(resolved) }
        result.anchor(cursor.position)
        continue
      }
      cursor.advance()
      if scalar == quote { return result }
      result.scalars.append(scalar)
    }
    problems.add("this string is never closed on its line", at: opening)
    brokeOff = true
    goBack(to: content)
    return result
  }

  /// Goes on before the commas and brackets at the end of the line: the quote is missing there.
  private mutating func goBack(to content: JSON5Cursor) {
    let line = cursor.text(from: content.index)
    let kept = line.lastIndex { !JSON5Class.isSpace($0) && ![",", "]", "}"].contains($0) }
    let end = kept.map { $0 + 1 } ?? content.index
    cursor = content
    while cursor.index < end { cursor.advance() }
  }

  /// One escape; nil for a line continuation and for what is none.
  private mutating func escape() -> Unicode.Scalar? {
    let position = cursor.position
    cursor.advance()
    guard let scalar = cursor.next else { return nil }
    cursor.advance()
    switch scalar {
    case "b": return "\u{08}"
    case "f": return "\u{0C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{0B}"
    case "\n", "\u{2028}", "\u{2029}": return nil
    case "\r":
      _ = cursor.take("\n")
      return nil
    case "0" where !(cursor.next.map(JSON5Class.isDigit) ?? false): return "\0"
    case "0"..."9":
      problems.add("`\\\(scalar)` is no escape; write `\\x0\(scalar)`", at: position)
      return nil
    case "x":
      if let code = hexDigits(2) { return Unicode.Scalar(code) }
      problems.add("`\\x` needs two hex digits", at: position)
      return nil
    case "u": return unicodeEscape(at: position)
    default: return scalar
    }
  }

  /// `\uXXXX`, or a surrogate pair of two of them.
  private mutating func unicodeEscape(at position: SourcePosition) -> Unicode.Scalar? {
    guard let code = hexDigits(4) else {
      problems.add("`\\u` needs four hex digits", at: position)
      return nil
    }
    guard (0xD800...0xDFFF).contains(code) else { return Unicode.Scalar(code) }
    if code < 0xDC00, cursor.next == "\\", cursor.peek(1) == "u" {
      let before = cursor
      cursor.advance()
      cursor.advance()
      if let low = hexDigits(4), (0xDC00...0xDFFF).contains(low) {
        return Unicode.Scalar(0x10000 + (code - 0xD800) << 10 + (low - 0xDC00))
      }
      cursor = before
    }
    problems.add("this `\\u` escape is half of a surrogate pair", at: position)
    return nil
  }
}
