/// Counts of values in log-linear buckets: every octave is cut into 1,024 equal parts, the layout of
/// HdrHistogram with three significant digits (Tene, 2012).
///
/// A bucket's middle is within 0.05 % of every value in it, whatever its size. Histograms add up
/// without loss: blocks of one run, and shards of one run on several machines.
package struct Histogram: Hashable, Sendable {
  private var positive = Window()
  private var negative = Window()
  private var zeros = 0
  /// How many values were infinite: a first token that never came.
  package private(set) var infinite = 0
  package private(set) var count = 0
  /// Exact; nil while there is no finite value.
  package private(set) var min: Double?
  package private(set) var max: Double?

  package init() {}

  /// Puts together what `parts` took apart; nil if that was none of this layout.
  package init?(_ parts: Parts) {
    guard let count = parts.count else { return nil }
    positive = Window(parts.positive)
    negative = Window(parts.negative)
    (zeros, infinite, self.count) = (parts.zeros, parts.infinite, count)
    (min, max) = (parts.min, parts.max)
  }

  package var parts: Parts {
    Parts(
      bits: Self.bits, positive: positive.counted.flatMap { [$0.bucket, $0.count] },
      negative: negative.counted.flatMap { [$0.bucket, $0.count] }, zeros: zeros,
      infinite: infinite, min: min, max: max)
  }

  /// Takes a value; not a number is none.
  package mutating func add(_ value: Double, times: Int = 1) {
    guard !value.isNaN, times > 0 else { return }
    count += times
    guard value.isFinite else {
      infinite += times
      return
    }
    min = Swift.min(min ?? value, value)
    max = Swift.max(max ?? value, value)
    if value == 0 {
      zeros += times
    } else if value > 0 {
      positive.add(Self.bucket(of: value), times)
    } else {
      negative.add(Self.bucket(of: -value), times)
    }
  }

  package static func + (left: Histogram, right: Histogram) -> Histogram {
    var sum = left
    sum += right
    return sum
  }

  package static func += (left: inout Histogram, right: Histogram) {
    left.positive.add(right.positive)
    left.negative.add(right.negative)
    left.zeros += right.zeros
    left.infinite += right.infinite
    left.count += right.count
    left.min = [left.min, right.min].compactMap { $0 }.min()
    left.max = [left.max, right.max].compactMap { $0 }.max()
  }

  /// The value at nearest rank ceil(q·n), within 0.1 % of the exact one; nil without values.
  package func quantile(_ q: Double) -> Double? { quantiles([q]).first }

  /// The same for several shares, ascending, in one pass; empty without values.
  package func quantiles(_ shares: [Double]) -> [Double] {
    guard count > 0 else { return [] }
    let buckets = buckets
    var result: [Double] = []
    var index = 0
    var passed = 0
    for share in shares {
      let rank = Quantile.rank(share, of: count)
      while index < buckets.count, passed + buckets[index].count < rank {
        passed += buckets[index].count
        index += 1
      }
      result.append(exactEnd(rank) ?? (index < buckets.count ? buckets[index].value : .infinity))
    }
    return result
  }

  /// The ends are known better than their buckets.
  private func exactEnd(_ rank: Int) -> Double? {
    rank == 1 ? min : rank == count - infinite ? max : nil
  }

  /// The finite values in ascending order, each bucket by its middle; the ends are exact.
  package var buckets: [(value: Double, count: Int)] {
    var result: [(value: Double, count: Int)] = []
    for (bucket, count) in negative.counted.reversed() {
      result.append((clamped(-Self.middle(of: bucket)), count))
    }
    if zeros > 0 { result.append((0, zeros)) }
    for (bucket, count) in positive.counted {
      result.append((clamped(Self.middle(of: bucket)), count))
    }
    return result
  }

  private func clamped(_ value: Double) -> Double {
    Swift.max(min ?? value, Swift.min(max ?? value, value))
  }

  // MARK: The layout

  /// Bits of the significand that tell buckets of one octave apart.
  static let bits = 10
  /// Behind the last bucket of finite values.
  static let bucketEnd = Int(Double.infinity.exponentBitPattern) << bits

  /// The exponent and the first bits of the significand of a positive value (IEEE 754 binary64).
  private static func bucket(of value: Double) -> Int {
    Int(value.bitPattern >> UInt64(Double.significandBitCount - bits))
  }

  private static func middle(of bucket: Int) -> Double {
    let shift = UInt64(Double.significandBitCount - bits)
    return Double(bitPattern: UInt64(bucket) << shift | 1 << (shift - 1))
  }

  /// Counts of neighbouring buckets, as far as any was met.
  private struct Window: Hashable, Sendable {
    private var base = 0
    private var counts: [Int] = []

    init() {}

    /// From bucket and count by turns, ascending.
    init(_ turns: [Int]) {
      guard let first = turns.first else { return }
      base = first
      counts = Array(repeating: 0, count: turns[turns.count - 2] - first + 1)
      for index in stride(from: 0, to: turns.count, by: 2) {
        counts[turns[index] - first] = turns[index + 1]
      }
    }

    var counted: [(bucket: Int, count: Int)] {
      var result: [(bucket: Int, count: Int)] = []
      for (index, count) in counts.enumerated() where count > 0 {
        result.append((base + index, count))
      }
      return result
    }

    mutating func add(_ bucket: Int, _ times: Int) {
      reach(bucket...bucket)
      counts[bucket - base] += times
    }

    mutating func add(_ other: Window) {
      guard !other.counts.isEmpty else { return }
      reach(other.base...(other.base + other.counts.count - 1))
      for (index, count) in other.counts.enumerated() {
        counts[other.base + index - base] += count
      }
    }

    private mutating func reach(_ range: ClosedRange<Int>) {
      if counts.isEmpty { base = range.lowerBound }
      if range.lowerBound < base {
        // Room for as much again, so that a falling series does not move everything each time.
        let more = Swift.max(base - range.lowerBound, Swift.min(counts.count, base))
        counts.insert(contentsOf: repeatElement(0, count: more), at: 0)
        base -= more
      }
      let missing = range.upperBound - base - counts.count + 1
      if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
    }
  }
}
