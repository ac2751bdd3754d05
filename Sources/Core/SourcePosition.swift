/// A place in a text file as editors show it: line and column from 1, columns in Unicode scalars.
///
/// LF, CR and CRLF end a line; a byte order mark at the start of a file has no column.
package struct SourcePosition: Comparable, Hashable, Sendable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static let start = SourcePosition(line: 1, column: 1)

  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// One thing that is wrong in a file; prints as `path:line:column: what is wrong`.
package struct ScenarioError: Hashable, Sendable, CustomStringConvertible {
  package var path: String
  package var position: SourcePosition
  package var message: String

  package init(path: String, position: SourcePosition, message: String) {
    self.path = path
    self.position = position
    self.message = message
  }

  package var description: String { "\(path):\(position.line):\(position.column): \(message)" }
}

/// Everything that is wrong in a file, in the order of the places.
package struct ScenarioErrors: Error, Hashable, Sendable, CustomStringConvertible {
  /// At most `Limits.scenarioErrors`.
  package var errors: [ScenarioError]
  /// How many more there are.
  package var omitted: Int

  package init(errors: [ScenarioError], omitted: Int) {
    self.errors = errors
    self.omitted = omitted
  }

  /// One line for each error, then `and N more`; no line end after the last.
  package var description: String {
    var lines = errors.map(\.description)
    if omitted > 0 { lines.append("and \(omitted) more") }
    return lines.joined(separator: "\n")
  }
}

/// Collects what is wrong in one file, keeping the first few places only, so that a file with a
/// million errors costs no more than one with twenty.
struct Problems {
  private(set) var kept: [(position: SourcePosition, message: String)] = []
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  mutating func add(_ message: String, at position: SourcePosition) {
    count += 1
    let place = kept.firstIndex { position < $0.position } ?? kept.count
    guard place < Limits.scenarioErrors else { return }
    kept.insert((position, message), at: place)
    if kept.count > Limits.scenarioErrors { kept.removeLast() }
  }

  func errors(path: String) -> ScenarioErrors {
    ScenarioErrors(
      errors: kept.map { ScenarioError(path: path, position: $0.position, message: $0.message) },
      omitted: count - kept.count)
  }
}
