import Core
import Stats
import Testing

/// Histograms that were written down are the same again, and what is none is refused.
struct HistogramPartsTests {
  private func histogram(_ values: some Sequence<Double>) -> Histogram {
    var result = Histogram()
    for value in values { result.add(value) }
    return result
  }

  private func values(_ count: Int, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      switch random.next() % 20 {
      case 0: 0
      case 1: -1e6 * random.unit()
      case 2: .infinity
      default: 1e9 * random.unit() * random.unit()
      }
    }
  }

  @Test(arguments: [0, 1, 2, 100, 30_000])
  func partsMakeTheSame(count: Int) throws {
    let whole = histogram(values(count, seed: 5))
    let again = try #require(Histogram(whole.parts))
    #expect(again.parts == whole.parts)
    #expect(again.count == whole.count && again.min == whole.min && again.max == whole.max)
    let shares = Array(stride(from: 0.0, through: 1, by: 0.01))
    #expect(again.quantiles(shares) == whole.quantiles(shares))
    var grown = again
    grown.add(1e-9)
    grown.add(-5e12)
    #expect(grown.count == count + 2)
  }

  @Test func partsAddUp() throws {
    let all = values(9_000, seed: 8)
    let whole = histogram(all)
    var sum = Histogram()
    for part in 0..<3 {
      let own = histogram(all.enumerated().filter { $0.offset % 3 == part }.map(\.element))
      sum += try #require(Histogram(own.parts))
    }
    #expect(sum.parts == whole.parts)
  }

  private typealias Change = (inout Histogram.Parts) -> Void

  @Test func whatIsNoHistogramIsRefused() {
    let good = histogram([1, 2, 3, -4, 0, .infinity]).parts
    #expect(good.count == 6)
    let changes: [Change] = [
      { $0.bits = 9 }, { $0.zeros = -1 }, { $0.infinite = -1 }, { $0.positive.removeLast() },
      { $0.positive[1] = 0 }, { $0.positive[1] = -1 }, { $0.positive[0] = -1 },
      { $0.positive[0] = Int.max }, { $0.positive.swapAt(0, 2) }, { $0.positive[1] = .max },
      { $0.positive[0] = $0.positive[2] }, { $0.min = nil }, { $0.max = nil },
      { $0.min = .infinity }, { $0.max = .nan }, { ($0.min, $0.max) = ($0.max, $0.min) },
      {
        ($0.positive, $0.negative, $0.zeros) = ([], [], 0)
        $0.infinite = 3
      },
    ]
    for (index, change) in changes.enumerated() {
      var parts = good
      change(&parts)
      #expect(parts.count == nil && Histogram(parts) == nil, "change \(index)")
    }
  }
}
