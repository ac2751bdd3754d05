/// How many values fell into each bucket of a log-linear histogram, as it stands in a record.
///
/// A bucket is a number: the exponent of a value and the first bits of its significand, as they stand
/// in its IEEE 754 binary64 form. Counts of several records add up without loss.
package struct BucketCounts: Hashable, Sendable, Codable {
  /// Bits of the significand that tell buckets of one octave apart.
  package var bits: Int
  /// Bucket and count by turns, in ascending order of buckets. In a record they are words of one
  /// text, `BUCKET:COUNT BUCKET:COUNT`: among a million numbers of JSON each would take longer to
  /// read than to draw.
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

extension BucketCounts {
  private enum CodingKeys: String, CodingKey {
    case bits, positive, negative, zeros, infinite, min, max
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func counts(_ key: CodingKeys) throws -> [Int] {
      let text = try fields.decode(String.self, forKey: key)
      guard let numbers = Self.numbers(text) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: fields, debugDescription: "not in the form BUCKET:COUNT BUCKET:COUNT")
      }
      return numbers
    }
    self.init(
      bits: try fields.decode(Int.self, forKey: .bits), positive: try counts(.positive),
      negative: try counts(.negative), zeros: try fields.decode(Int.self, forKey: .zeros),
      infinite: try fields.decode(Int.self, forKey: .infinite),
      min: try fields.decodeIfPresent(Double.self, forKey: .min),
      max: try fields.decodeIfPresent(Double.self, forKey: .max))
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(bits, forKey: .bits)
    try fields.encode(Self.text(positive), forKey: .positive)
    try fields.encode(Self.text(negative), forKey: .negative)
    try fields.encode(zeros, forKey: .zeros)
    try fields.encode(infinite, forKey: .infinite)
    try fields.encodeIfPresent(min, forKey: .min)
    try fields.encodeIfPresent(max, forKey: .max)
  }

  private static func text(_ numbers: [Int]) -> String {
    var text = ""
    text.reserveCapacity(numbers.count * 6)
    for (index, number) in numbers.enumerated() {
      if index > 0 { text += index % 2 == 0 ? " " : ":" }
      text += String(number)
    }
    return text
  }

  /// The numbers by turns; nil where the text has another form or a number is too large.
  private static func numbers(_ text: String) -> [Int]? {
    var numbers: [Int] = []
    var number: Int?
    for byte in text.utf8 {
      let digit = Int(byte) - 0x30
      if 0...9 ~= digit {
        let (tens, isLarge) = (number ?? 0).multipliedReportingOverflow(by: 10)
        let (sum, isLarger) = tens.addingReportingOverflow(digit)
        guard !isLarge, !isLarger else { return nil }
        number = sum
      } else {
        // A colon follows each bucket, a blank each count but the last.
        guard byte == (numbers.count % 2 == 0 ? 0x3a : 0x20), let found = number else { return nil }
        numbers.append(found)
        number = nil
      }
    }
    guard let number else { return text.isEmpty ? [] : nil }
    numbers.append(number)
    return numbers.count % 2 == 0 ? numbers : nil
  }
}
