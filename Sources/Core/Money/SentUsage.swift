package import Foundation

/// The usage report of one answer as it was sent, in the sender's own words.
///
/// Kept as text, so that what was billed can be judged later and to the last digit: a cost of
/// `"0.01"` is not one of `0.01`.
package struct SentUsage: Hashable, Sendable, Codable {
  /// The JSON text of each number, string and boolean of the usage object, by its path:
  /// `prompt_tokens_details.cached_tokens` is `1024`, `cost` is `0.00042` or `"0.00042"`.
  package var fields: [String: String]

  package init(_ fields: [String: String] = [:]) { self.fields = fields }

  package init(from decoder: any Decoder) throws {
    fields = try decoder.singleValueContainer().decode([String: String].self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(fields)
  }

  /// A field as a number; `isString` says that it was sent in quotes.
  package func amount(_ path: String) -> (value: Decimal?, isString: Bool)? {
    guard let text = fields[path] else { return nil }
    let isString = text.first == "\""
    return (DecimalText.parse(isString ? String(text.dropFirst().dropLast()) : text), isString)
  }
}

/// What is wrong with the counts of one usage report.
package enum UsageProblem: Hashable, Sendable, CustomStringConvertible {
  case missing(String)
  /// Not a whole number, or none that a count can be.
  case notACount(String, text: String)
  /// The parts of a count are more than it.
  case partsExceed(String, count: Int, parts: Int)
  /// Parts that are said to make up a count do not.
  case partsDiffer(String, count: Int, parts: Int)
  /// The total is not the sum of what it is the total of.
  case totalDiffers(said: Int, sum: Int)

  package var description: String {
    switch self {
    case .missing(let field): "\(field) is missing"
    case .notACount(let field, let text): "\(field) is \(text), which is no count"
    case .partsExceed(let field, let count, let parts):
      "\(field) is \(count), and its parts are \(parts)"
    case .partsDiffer(let field, let count, let parts):
      "\(field) is \(count), but its parts add up to \(parts)"
    case .totalDiffers(let said, let sum):
      "the total is said to be \(said), but the parts add up to \(sum)"
    }
  }

  /// Whether the buckets hold all the same: only the total contradicts them.
  package var leavesBuckets: Bool {
    if case .totalDiffers = self { return true }
    return false
  }
}

/// A usage report understood: the buckets, and all that does not add up in it.
package struct NormalUsage: Hashable, Sendable {
  /// Nil if the counts contradict each other so that nothing can be reckoned with them.
  package var buckets: UsageBuckets?
  package var problems: [UsageProblem]

  package init(buckets: UsageBuckets?, problems: [UsageProblem]) {
    self.buckets = buckets
    self.problems = problems
  }
}
