/// A text with places that each request fills in: `Question {n}: {line}`; `{{` and `}}` are braces.
package struct PromptTemplate: Hashable, Sendable {
  package enum Part: Hashable, Sendable {
    case text(String)
    case place(Place)
  }

  package enum Place: String, Hashable, Sendable, CaseIterable {
    /// The number of the stream, or of the conversation that it is a turn of, from 1.
    case number = "n"
    case seed
    /// The number of the turn in its conversation, from 1.
    case turn
    /// The next line of a file.
    case line
    /// Words of a drawn length.
    case text
  }

  package let parts: [Part]

  /// A text in which nothing is filled in.
  package init(fixed text: String) { parts = [.text(text)] }

  /// The one place by itself.
  package init(_ place: Place) { parts = [.place(place)] }

  /// - Throws: `LiteralError` at a brace that opens no place, or a place that is not known.
  package init(literal scalars: [Unicode.Scalar]) throws(LiteralError) {
    var scanner = TemplateScanner(scalars)
    parts = try scanner.parts()
  }

  package func has(_ place: Place) -> Bool { parts.contains(.place(place)) }

  /// The text itself if nothing is filled in.
  package var fixed: String? {
    var result = ""
    for part in parts {
      guard case .text(let text) = part else { return nil }
      result += text
    }
    return result
  }

  /// The text with its places filled in.
  func filled(_ value: (Place) -> String) -> String {
    parts.reduce(into: "") { result, part in
      switch part {
      case .text(let text): result += text
      case .place(let place): result += value(place)
      }
    }
  }
}

private struct TemplateScanner {
  private let scalars: [Unicode.Scalar]
  private var index = 0

  init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

  mutating func parts() throws(LiteralError) -> [PromptTemplate.Part] {
    var result: [PromptTemplate.Part] = []
    var text = String.UnicodeScalarView()
    while index < scalars.count {
      let scalar = scalars[index]
      let isDoubled = index + 1 < scalars.count && scalars[index + 1] == scalar
      switch scalar {
      case "{" where isDoubled, "}" where isDoubled:
        text.append(scalar)
        index += 2
      case "{":
        if !text.isEmpty { result.append(.text(String(text))) }
        text = String.UnicodeScalarView()
        result.append(.place(try place()))
      case "}":
        throw LiteralError(
          offset: index, message: "this brace closes nothing; a brace in the text is written `}}`")
      default:
        text.append(scalar)
        index += 1
      }
    }
    if !text.isEmpty || result.isEmpty { result.append(.text(String(text))) }
    return result
  }

  private mutating func place() throws(LiteralError) -> PromptTemplate.Place {
    let start = index
    guard let end = scalars[start...].firstIndex(of: "}") else {
      throw LiteralError(
        offset: start, message: "this brace is never closed; a brace in the text is written `{{`")
    }
    index = end + 1
    let name = trimmed(Array(scalars[(start + 1)..<end]))
    if let place = PromptTemplate.Place(rawValue: name) { return place }
    let names = PromptTemplate.Place.allCases.map(\.rawValue)
    let hint = Suggestion.phrase(for: name, in: names)
    let known = names.map { "{\($0)}" }.joined(separator: ", ")
    throw LiteralError(
      offset: start + 1,
      message: "unknown place \(quoted("{\(name)}".unicodeScalars))"
        + (hint.isEmpty ? "; there are \(known)" : hint))
  }
}
