/// Text in a terminal measured in columns, as terminals count them: wide ideographs are two,
/// combining marks none.
package enum Columns {
  package static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// Cut to `limit` columns, with an ellipsis where something is missing.
  package static func fit(_ text: String, _ limit: Int) -> String {
    guard width(text) > limit else { return text }
    var result = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
      let columns = width(scalar)
      if used + columns > limit - 1 { break }
      used += columns
      result.append(scalar)
    }
    return String(result) + "…"
  }

  /// Padded on the right (or left) to `columns`; longer text is cut.
  package static func pad(_ text: String, _ columns: Int, left: Bool = false) -> String {
    let fitted = fit(text, columns)
    let space = String(repeating: " ", count: max(0, columns - width(fitted)))
    return left ? space + fitted : fitted + space
  }

  /// Broken at spaces into lines of at most `limit` columns; a longer word is broken anywhere.
  package static func wrap(_ text: String, _ limit: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in text.split(separator: " ").flatMap({ pieces(of: String($0), limit) }) {
      let columns = width(word)
      if used > 0 && used + 1 + columns > limit {
        lines.append(line)
        line = ""
        used = 0
      }
      line += used > 0 ? " " + word : word
      used += columns + (used > 0 ? 1 : 0)
    }
    if used > 0 { lines.append(line) }
    return lines
  }

  private static func pieces(of word: String, _ limit: Int) -> [String] {
    guard width(word) > limit else { return [word] }
    var result: [String] = []
    var piece = String.UnicodeScalarView()
    var used = 0
    for scalar in word.unicodeScalars {
      let columns = width(scalar)
      if used + columns > limit {
        result.append(String(piece))
        piece = String.UnicodeScalarView()
        used = 0
      }
      piece.append(scalar)
      used += columns
    }
    result.append(String(piece))
    return result
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20...0x2FF: return 1
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: return 0
      default: return 1
      }
    }
  }
}
