/// A JSON5 document (json5.org, specification 1.0.0) in which every node knows its place.
///
/// Scenario files are written by hand: an error in one must point at the character, which is
/// what Foundation's decoder cannot do.
package struct JSON5Value: Sendable {
  package var kind: Kind
  /// Where its first character is.
  package var position: SourcePosition

  package init(kind: Kind, position: SourcePosition) {
    self.kind = kind
    self.position = position
  }

  package indirect enum Kind: Sendable {
    case null
    case bool(Bool)
    case number(JSON5Number)
    case string(JSON5String)
    case array([JSON5Value])
    case object([JSON5Member])
    /// Something that is no value; it was reported when it was read.
    case invalid
  }

  /// What it is, for "found …".
  package var article: String {
    switch kind {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let number): number.value.isFinite ? "a number" : number.text
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    case .invalid: "nothing usable"
    }
  }
}

/// A member of an object; keys are unique within it.
package struct JSON5Member: Sendable {
  package var key: String
  package var position: SourcePosition
  package var value: JSON5Value

  package init(key: String, position: SourcePosition, value: JSON5Value) {
    self.key = key
    self.position = position
    self.value = value
  }
}

/// A number as written, and its values.
package struct JSON5Number: Hashable, Sendable {
  package var text: String
  package var value: Double
  /// The absolute value if it is a whole number that is known exactly.
  package var magnitude: UInt64?
  package var isNegative: Bool

  package init(text: String, value: Double, magnitude: UInt64?, isNegative: Bool) {
    self.text = text
    self.value = value
    self.magnitude = magnitude
    self.isNegative = isNegative
  }
}

/// A string with its escapes resolved, which still knows where each of its scalars was written.
package struct JSON5String: Hashable, Sendable {
  package var scalars: [Unicode.Scalar]
  /// Places to count columns from: before and after each escape, and after the quote.
  private var anchors: [Anchor]

  private struct Anchor: Hashable, Sendable {
    var index: Int
    var position: SourcePosition
  }

  /// An empty string whose content begins at `position`.
  package init(contentAt position: SourcePosition) {
    scalars = []
    anchors = [Anchor(index: 0, position: position)]
  }

  package var text: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// Notes where the next scalar is written.
  mutating func anchor(_ position: SourcePosition) {
    if anchors.last?.index == scalars.count { anchors.removeLast() }
    anchors.append(Anchor(index: scalars.count, position: position))
  }

  /// Where scalar number `index` was written; its count gives the closing quote.
  package func position(of index: Int) -> SourcePosition {
    var low = 0
    var high = anchors.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if anchors[middle].index <= index { low = middle } else { high = middle }
    }
    var position = anchors[low].position
    position.column += index - anchors[low].index
    return position
  }
}
