/// Makes text from outside (names, headers, error messages) safe for each form of report.
package enum Escaping {
  /// For HTML and SVG text and quoted attribute values.
  package static func html(_ text: String) -> String {
    mapped(text) { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      default: nil
      }
    }
  }

  /// For one line of GitHub Markdown, also inside a table cell: nothing in it is markup, a link,
  /// a mention or a cell border any more.
  package static func markdown(_ text: String) -> String {
    mapped(text) { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "@": "&#64;"
      case "\n", "\t": " "
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$", "!": "\\\(scalar)"
      default: nil
      }
    }
  }

  /// A Markdown code span, which knows no escapes: text that could end it, or the cell it stands
  /// in, is written as escaped text instead.
  package static func markdownCode(_ text: String) -> String {
    let isSafe = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "`"), UInt8(ascii: "\\"), UInt8(ascii: "|"), 0x00..<0x20, 0x7F...0xFF: false
      default: true
      }
    }
    return isSafe && !text.isEmpty ? "`\(text)`" : markdown(text)
  }

  /// For a terminal: one line, no control sequence survives.
  package static func terminal(_ text: String) -> String {
    mapped(text) { $0 == "\n" || $0 == "\t" ? " " : nil }
  }

  /// Replaces what `replacement` names, and whatever could steer a display, by U+FFFD.
  private static func mapped(
    _ text: String, _ replacement: (Unicode.Scalar) -> String?
  ) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let other = replacement(scalar) {
        result.append(contentsOf: other.unicodeScalars)
      } else {
        result.append(isHarmful(scalar) ? "\u{FFFD}" : scalar)
      }
    }
    return String(result)
  }

  /// Control characters other than tab and line feed, and the overrides of writing direction that
  /// make text read differently from what it is (Unicode TR 36, section 3.6).
  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
    case 0xFFFE, 0xFFFF: true
    default: false
    }
  }
}
