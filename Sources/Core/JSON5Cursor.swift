/// Walks over the scalars of a file and knows the place of the next one.
struct JSON5Cursor {
  private let scalars: [Unicode.Scalar]
  private(set) var index = 0
  private(set) var position = SourcePosition.start

  /// Decodes UTF-8; on the first bytes that are none the error says where they stand.
  init(_ bytes: [UInt8], problems: inout Problems) {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(bytes.count)
    var valid = true
    decoding: while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): scalars.append(scalar)
      case .emptyInput: break decoding
      case .error:
        valid = false
        break decoding
      }
    }
    self.scalars = scalars
    if scalars.first == "\u{FEFF}" { index = 1 }
    guard !valid else { return }
    while advance() != nil {}
    problems.add("the file is not valid UTF-8 from here on", at: position)
  }

  var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  /// The scalar `distance` places behind the next one.
  func peek(_ distance: Int) -> Unicode.Scalar? {
    index + distance < scalars.count ? scalars[index + distance] : nil
  }

  func text(from start: Int) -> ArraySlice<Unicode.Scalar> { scalars[start..<index] }

  @discardableResult
  mutating func advance() -> Unicode.Scalar? {
    guard let scalar = next else { return nil }
    index += 1
    if scalar == "\n" || (scalar == "\r" && next != "\n") {
      position = SourcePosition(line: position.line + 1, column: 1)
    } else {
      position.column += 1
    }
    return scalar
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    advance()
    return true
  }

  /// Takes everything up to the first scalar that does not fit.
  mutating func skip(while fits: (Unicode.Scalar) -> Bool) {
    while let scalar = next, fits(scalar) { advance() }
  }
}

/// The classes of characters of JSON5 (sections 8 and 5.1.1; ECMAScript 5.1 sections 7.2, 7.3
/// and 7.6).
enum JSON5Class {
  static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}"
  }

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "\t", "\u{0B}", "\u{0C}", "\u{A0}", "\u{FEFF}": true
    default: isLineEnd(scalar) || scalar.properties.generalCategory == .spaceSeparator
    }
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { "0" <= scalar && scalar <= "9" }

  static func isHexDigit(_ scalar: Unicode.Scalar) -> Bool {
    isDigit(scalar) || ("a" <= scalar && scalar <= "f") || ("A" <= scalar && scalar <= "F")
  }

  static func startsWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "$" || scalar == "_" || scalar == "\\" || scalar.properties.isIDStart
  }

  static func continuesWord(_ scalar: Unicode.Scalar) -> Bool {
    startsWord(scalar) || scalar == "\u{200C}" || scalar == "\u{200D}"
      || scalar.properties.isIDContinue
  }
}
