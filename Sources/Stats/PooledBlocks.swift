/// The values of one arm, block by block, ready for the quantiles of any mixture of its blocks.
///
/// A bootstrap asks for the same quantile some thousand times, each time of other blocks. Values
/// stand in one ascending list, and at every so many of them it is known how many came before of
/// each block: a quantile is then a search among these marks and a short walk.
package struct PooledBlocks: Sendable {
  package let blocks: Int
  private var values: [Double] = []
  private var owners: [Int] = []
  private var counts: [Int] = []
  /// How many values of each block stand before every `stride`-th entry.
  private var marks: [Int] = []
  private var totals: [Int]
  /// Of the finite values of each block.
  private var finite: [Int]
  private var sums: [Double]
  private static let stride = 64

  /// A value and how often it was met; infinite for what never came.
  package struct Counted: Hashable, Sendable {
    package var value: Double
    package var count: Int

    package init(_ value: Double, _ count: Int = 1) {
      self.value = value
      self.count = count
    }
  }

  package init(_ parts: [[Counted]]) {
    blocks = parts.count
    totals = parts.map { $0.reduce(0) { $0 + $1.count } }
    finite = parts.map { $0.reduce(0) { $0 + ($1.value.isFinite ? $1.count : 0) } }
    sums = parts.map { part in
      part.reduce(0) { $0 + ($1.value.isFinite ? $1.value * Double($1.count) : 0) }
    }
    var entries: [(value: Double, owner: Int, count: Int)] = []
    entries.reserveCapacity(parts.reduce(0) { $0 + $1.count })
    for (owner, part) in parts.enumerated() {
      for entry in part where entry.count > 0 { entries.append((entry.value, owner, entry.count)) }
    }
    // Owners in order too: with equal values the list must not depend on the sort.
    entries.sort { ($0.value, $0.owner) < ($1.value, $1.owner) }
    var before = [Int](repeating: 0, count: blocks)
    for (index, entry) in entries.enumerated() {
      if index.isMultiple(of: Self.stride) { marks += before }
      before[entry.owner] += entry.count
      values.append(entry.value)
      owners.append(entry.owner)
      counts.append(entry.count)
    }
  }

  /// How many values there are in all.
  package var count: Int { totals.reduce(0, +) }

  /// Each block once.
  package var once: [Int] { [Int](repeating: 1, count: blocks) }

  /// The nearest-rank quantile of the blocks, each taken as often as `weights` says; nil if these
  /// hold nothing.
  package func quantile(_ share: Double, _ weights: [Int]) -> Double? {
    var total = 0
    for block in 0..<blocks { total += weights[block] * totals[block] }
    guard total > 0 else { return nil }
    let rank = Quantile.rank(share, of: total)
    // The last mark before which fewer values stand than the rank.
    var (low, high) = (0, marks.count / blocks - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if passed(middle, weights) < rank { low = middle } else { high = middle - 1 }
    }
    var passed = passed(low, weights)
    var index = low * Self.stride
    while index < values.count {
      passed += weights[owners[index]] * counts[index]
      if passed >= rank { return values[index] }
      index += 1
    }
    return nil
  }

  /// The mean of all finite values.
  package func mean(_ weights: [Int]) -> Double? {
    var (total, sum) = (0, 0.0)
    for block in 0..<blocks {
      total += weights[block] * finite[block]
      sum += Double(weights[block]) * sums[block]
    }
    return total > 0 ? sum / Double(total) : nil
  }

  private func passed(_ mark: Int, _ weights: [Int]) -> Int {
    var sum = 0
    let start = mark * blocks
    for block in 0..<blocks { sum += weights[block] * marks[start + block] }
    return sum
  }
}
