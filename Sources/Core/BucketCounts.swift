/// How many values fell into each bucket of a log-linear histogram, as it stands in a record.
///
/// A bucket is a number: the exponent of a value and the first bits of its significand, as they stand
/// in its IEEE 754 binary64 form. Counts of several records add up without loss.
package struct BucketCounts: Hashable, Sendable, Codable {
  /// Bits of the significand that tell buckets of one octave apart.
  package var bits: Int
  /// Bucket and count by turns, in ascending order of buckets.
  package var positive: [Int]
  /// The same for values below zero, by their size.
  package var negative: [Int]
  package var zeros: Int
  /// Values without end: a first token that never came.
  package var infinite: Int
  /// Of the finite values, exact; absent without any.
  package var min: Double?
  package var max: Double?

  package init(
    bits: Int, positive: [Int], negative: [Int], zeros: Int, infinite: Int, min: Double?,
    max: Double?
  ) {
    self.bits = bits
    self.positive = positive
    self.negative = negative
    self.zeros = zeros
    self.infinite = infinite
    self.min = min
    self.max = max
  }
}
