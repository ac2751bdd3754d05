extension Histogram {
  /// What a histogram is made of, to be written down and put together again without loss.
  package struct Parts: Hashable, Sendable {
    /// Bits of the significand that tell buckets of one octave apart.
    package var bits: Int
    /// Bucket and count by turns, in ascending order of buckets.
    package var positive: [Int]
    package var negative: [Int]
    package var zeros: Int
    package var infinite: Int
    /// Of the finite values; nil without any.
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

    /// How many values there are; nil if the parts belong to no histogram of this layout, as may be
    /// in a file from elsewhere.
    package var count: Int? {
      guard bits == Histogram.bits, zeros >= 0, infinite >= 0 else { return nil }
      var sum = zeros
      for part in [positive, negative] {
        guard part.count.isMultiple(of: 2) else { return nil }
        var last = -1
        for index in stride(from: 0, to: part.count, by: 2) {
          guard part[index] > last, part[index] < Histogram.bucketEnd, part[index + 1] > 0
          else { return nil }
          last = part[index]
          let (more, overflow) = sum.addingReportingOverflow(part[index + 1])
          guard !overflow else { return nil }
          sum = more
        }
      }
      guard hasItsEnds(finite: sum) else { return nil }
      let (all, overflow) = sum.addingReportingOverflow(infinite)
      return overflow ? nil : all
    }

    private func hasItsEnds(finite: Int) -> Bool {
      guard let min, let max else { return finite == 0 && self.min == nil && self.max == nil }
      return finite > 0 && min.isFinite && max.isFinite && min <= max
    }
  }
}
