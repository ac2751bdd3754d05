/// Why a string literal of the scenario format is not one, and at which of its scalars.
package struct LiteralError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Counted in Unicode scalars from the start of the text; its length means the end.
  package var offset: Int
  package var message: String

  package init(offset: Int, message: String) {
    self.offset = offset
    self.message = message
  }

  package var description: String { message }
}

/// Walks over a string literal: durations, distributions, positions, faults, expectations.
///
/// The literals of scenario files and of the command line go through this one reader.
struct LiteralScanner {
  private let scalars: [Unicode.Scalar]
  /// Reads the files that a literal names; nil where none may be named.
  let files: SampleFiles?
  /// Whether the amounts of a distribution are numbers of things instead of times.
  var countsThings = false
  /// The next scalar; the readers go back to the start of a word they do not know.
  var index = 0

  init(_ scalars: [Unicode.Scalar], files: SampleFiles? = nil) {
    self.scalars = scalars
    self.files = files
  }

  /// Reads the whole of `text`, white space around it aside.
  static func whole<Value>(
    _ text: [Unicode.Scalar], files: SampleFiles? = nil,
    _ read: (inout LiteralScanner) throws(LiteralError) -> Value
  ) throws(LiteralError) -> Value {
    var scanner = LiteralScanner(text, files: files)
    scanner.skipSpaces()
    let value = try read(&scanner)
    scanner.skipSpaces()
    if scanner.next != nil {
      throw scanner.error("unexpected \(scanner.upcoming) behind the end")
    }
    return value
  }

  var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  func error(_ message: String, at offset: Int? = nil) -> LiteralError {
    LiteralError(offset: offset ?? index, message: message)
  }

  /// What stands here, for messages: a whole word, one character, or the end.
  var upcoming: String {
    guard let scalar = next else { return "the end" }
    var end = index
    while end < scalars.count, Self.isWord(scalars[end]) { end += 1 }
    return end == index ? quoted([scalar]) : quoted(scalars[index..<end])
  }

  mutating func skipSpaces() {
    while let scalar = next, scalar == " " || scalar == "\t" { index += 1 }
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  mutating func skip(while fits: (Unicode.Scalar) -> Bool) -> String {
    let start = index
    while let scalar = next, fits(scalar) { index += 1 }
    return String(String.UnicodeScalarView(scalars[start..<index]))
  }

  /// Letters, digits, `-`, `_` and `.`; empty when none stand here.
  mutating func word() -> String { skip(while: Self.isWord) }

  /// Exactly this character, white space before it aside.
  mutating func expect(_ scalar: Unicode.Scalar, after what: String) throws(LiteralError) {
    skipSpaces()
    guard take(scalar) else {
      throw error("expected \(quoted([scalar])) after \(what), found \(upcoming)")
    }
  }

  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    isLetter(scalar) || JSON5Class.isDigit(scalar) || scalar == "-" || scalar == "_"
      || scalar == "."
  }

  /// ASCII letters and both characters that look like µ.
  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a" <= scalar && scalar <= "z") || ("A" <= scalar && scalar <= "Z") || scalar == "\u{B5}"
      || scalar == "\u{3BC}"
  }
}

extension LiteralScanner {
  /// Digits with at most one point: the digits without it, and how many stand behind it.
  mutating func decimal() -> (digits: String, decimals: Int)? {
    let start = index
    let whole = skip(while: JSON5Class.isDigit)
    var fraction = ""
    if take(".") { fraction = skip(while: JSON5Class.isDigit) }
    guard !(whole + fraction).isEmpty else {
      index = start
      return nil
    }
    return (whole + fraction, fraction.utf8.count)
  }

  /// A whole number from `range`, called `what` in messages.
  mutating func integer(_ what: String, in range: ClosedRange<Int>) throws(LiteralError) -> Int {
    let start = index
    let digits = skip(while: JSON5Class.isDigit)
    guard !digits.isEmpty else {
      throw error("\(what) must be a whole number, found \(upcoming)")
    }
    guard let number = Int(digits), range.contains(number) else {
      throw error(
        "\(what) must be \(range.lowerBound) to \(range.upperBound), found \(quoted(digits))",
        at: start)
    }
    return number
  }
}
