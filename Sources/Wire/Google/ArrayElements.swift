/// Finds the elements of a JSON array that is streamed, however far it has come.
///
/// Only brackets and quotes are looked at: whether an element is JSON is found out by parsing it.
struct ArrayElements {
  /// The element's first byte and just past its last.
  private(set) var elements: [Range<Int>] = []
  /// Where the closing bracket of the array is.
  private(set) var close: Int?
  /// The first byte of an element that has not ended, or of the array if none has.
  private(set) var openFrom: Int?
  /// The first byte that has no place in an array, or behind it.
  private(set) var garbage: Int?

  private enum Place { case before, inside, element, after }

  init(_ body: [UInt8]) {
    var place = Place.before
    var depth = 0
    var inString = false
    var escaped = false
    for (index, byte) in body.enumerated() where garbage == nil {
      switch place {
      case .before, .inside, .after:
        if byte.isBlank || byte == .lf || byte == .cr { continue }
        switch (place, byte) {
        case (.before, UInt8(ascii: "[")):
          place = .inside
          openFrom = index
        case (.inside, UInt8(ascii: ",")): continue
        case (.inside, UInt8(ascii: "]")):
          place = .after
          close = index
          openFrom = nil
        case (.inside, UInt8(ascii: "{")):
          place = .element
          openFrom = index
          depth = 1
        default: garbage = index
        }
      case .element:
        if inString {
          if escaped {
            escaped = false
          } else if byte == UInt8(ascii: "\\") {
            escaped = true
          } else if byte == UInt8(ascii: "\"") {
            inString = false
          }
          continue
        }
        switch byte {
        case UInt8(ascii: "\""): inString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          depth -= 1
          guard depth == 0 else { continue }
          elements.append((openFrom ?? index)..<(index + 1))
          openFrom = index + 1
          place = .inside
        default: break
        }
      }
    }
  }
}
