/// "Did you mean": the known word that a mistyped one is nearest to.
package enum Suggestion {
  /// The candidate within a third of the word's length in typing errors (at least one), the
  /// first of the nearest; nil if none is that near.
  package static func nearest(to word: String, in candidates: [String]) -> String? {
    let typed = Array(word.lowercased().unicodeScalars)
    guard (1...longest).contains(typed.count) else { return nil }
    var best: (word: String, distance: Int)?
    for candidate in candidates {
      let known = Array(candidate.lowercased().unicodeScalars)
      let allowed = max(1, max(typed.count, known.count) / 3)
      guard known.count > 1, abs(known.count - typed.count) <= allowed else { continue }
      let distance = distance(typed, known)
      if distance <= allowed && distance < (best?.distance ?? .max) { best = (candidate, distance) }
    }
    return best?.word
  }

  /// ``; did you mean `x`?`` or nothing, to be put behind a message.
  package static func phrase(for word: String, in candidates: [String]) -> String {
    nearest(to: word, in: candidates).map { "; did you mean `\($0)`?" } ?? ""
  }

  /// Nobody mistypes longer words; the table below grows with the square.
  private static let longest = 64

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var older: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var next = [row + 1]
      for column in right.indices {
        let cost = left[row] == right[column] ? 0 : 1
        var value = min(last[column + 1] + 1, next[column] + 1, last[column] + cost)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          value = min(value, older[column - 1] + 1)
        }
        next.append(value)
      }
      (older, last) = (last, next)
    }
    return last[right.count]
  }
}

/// Text of a file as it may stand in a message: short, in backticks, without control characters
/// that would reach a terminal.
package func quoted(_ text: some Sequence<Unicode.Scalar>) -> String {
  var result = "`"
  var length = 0
  for scalar in text {
    guard length < 40 else {
      result += "…"
      break
    }
    result += isPrintable(scalar) ? String(scalar) : codePoint(scalar)
    length += 1
  }
  return result + "`"
}

package func quoted(_ text: String) -> String { quoted(text.unicodeScalars) }

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
    false
  default: scalar == " " || !scalar.properties.isWhitespace
  }
}

/// `U+001B`.
func codePoint(_ scalar: Unicode.Scalar) -> String {
  let digits = String(scalar.value, radix: 16, uppercase: true)
  return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
}
