import Core
import Judging
import Stats
import Testing

/// Records add up: figures of parts that are put together are those of one run over all of it.
struct MeasureSeriesTests {
  private func values(_ count: Int, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      random.next() % 50 == 0 ? .infinity : (1e9 * random.unit() * random.unit()).rounded()
    }
  }

  private func measure(_ values: [Double]) -> Measure? { Measures.measure(values, unit: "ns") }

  /// Each value goes to a machine by chance, in whatever order the machines then come.
  private func sum(_ values: [Double], parts: Int, seed: UInt64) throws -> Measure? {
    var random = SplitMix64(seed: seed)
    var shares = Array(repeating: [Double](), count: parts)
    // Of one machine nearly everything, so that some are exact and others are not.
    for value in values {
      let draw = Int(random.next() % UInt64(parts * 4))
      shares[draw < parts ? draw : 0].append(value)
    }
    var sum = Measures.series
    for share in shares.reversed() {
      guard let measure = measure(share) else { continue }
      sum += try #require(Series(measure))
    }
    return Measures.measure(sum, unit: "ns")
  }

  @Test(arguments: [1, 2, 17, 1_000, Limits.exactSamples], [2, 3, 10])
  func exactPartsAddUp(count: Int, parts: Int) throws {
    let all = values(count, seed: UInt64(count))
    let whole = try #require(measure(all))
    #expect(whole.storage == "exact" && whole.samples.count == count)
    #expect(try sum(all, parts: parts, seed: 3) == whole)
  }

  /// Two halves that are exact make one that is not; counts add to exact ones and to counts.
  @Test(arguments: [2, 3, 9])
  func countedPartsAddUp(parts: Int) throws {
    let all = values(Limits.exactSamples * 5 / 2, seed: 77)
    let whole = try #require(measure(all))
    #expect(whole.storage == "histogram" && whole.samples.isEmpty)
    #expect(try sum(all, parts: parts, seed: 4) == whole)
    let half = Array(all.prefix(Limits.exactSamples * 3 / 2))
    #expect(try sum(half, parts: 2, seed: 9) == measure(half))
  }

  @Test func whatIsNotAllThereIsRefused() throws {
    var thinned = try #require(measure(values(100, seed: 1)))
    thinned.samples.removeLast()
    #expect(Series(thinned) == nil)
    var counted = try #require(measure(values(Limits.exactSamples + 1, seed: 1)))
    counted.n += 1
    #expect(Series(counted) == nil)
    counted.n -= 1
    #expect(Series(counted) != nil)
    counted.histogram?.bits = 9
    #expect(Series(counted) == nil)
    var odd = try #require(measure([1, 2]))
    odd.samples[0] = .nan
    #expect(Series(odd) == nil)
  }
}
