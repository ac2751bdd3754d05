import Core
import Testing

@Suite struct DistributionQuantileTests {
  /// Published quantiles of the standard normal distribution.
  @Test(arguments: [
    (0.5, 0.0), (0.75, 0.674_489_750), (0.9, 1.281_551_566), (0.975, 1.959_963_985),
    (0.99, 2.326_347_874), (0.999, 3.090_232_306), (0.025, -1.959_963_985),
    (0.001, -3.090_232_306), (1e-6, -4.753_424_309), (1e-9, -5.997_807_015),
  ])
  func theNormalIsInvertedExactly(share: Double, score: Double) {
    let distribution = Distribution.normal(mean: .seconds(10), deviation: .seconds(1))
    let expected = 10e9 + score * 1e9
    #expect(abs(Double(distribution.quantile(share).count) - expected) <= 2)
  }

  @Test func quantilesAreWhatTheirDistributionIsGivenBy() {
    let lognormal = Distribution.lognormal(p50: .milliseconds(12), p99: .milliseconds(90))
    #expect(lognormal.quantile(0.5) == .milliseconds(12))
    #expect(lognormal.quantile(0.99) == .milliseconds(90))
    let uniform = Distribution.uniform(low: .milliseconds(4), high: .milliseconds(6))
    #expect(uniform.quantile(0.25) == .microseconds(4_500))
    #expect(Distribution.constant(.seconds(1)).quantile(0.3) == .seconds(1))
  }

  @Test func anySharesGiveLengthsInOrder() {
    let samples = (1...7).map { Nanoseconds.milliseconds($0 * $0) }
    let distributions: [Distribution] = [
      .uniform(low: .zero, high: Limits.duration), .empirical(sorted: samples),
      .normal(mean: Limits.duration, deviation: Limits.duration),
      .lognormal(p50: Nanoseconds(1), p99: Limits.duration),
    ]
    let inside = (0...1000).map { Double($0) / 1000 }
    let shares = [-.infinity, -1] + inside + [2, .infinity]
    for distribution in distributions {
      let lengths = shares.map { distribution.quantile($0) }
      #expect(lengths == lengths.sorted())
      #expect(lengths.allSatisfy { $0 >= .zero })
    }
  }

  @Test func anEmpiricalDrawsEachSampleAlikeAndNothingElse() {
    let samples = [5, 7, 7, 20].map { Nanoseconds.milliseconds($0) }
    let distribution = Distribution.empirical(sorted: samples)
    #expect(
      [0, 0.25, 0.26, 0.75, 0.76, 1].map { distribution.quantile($0).milliseconds }
        == [5, 5, 7, 7, 20, 20])
    #expect(distribution.median == .milliseconds(7))
    var random = SplitMix64(seed: 3)
    var counts: [Double: Int] = [:]
    for _ in 0..<40_000 { counts[distribution.sample(&random).milliseconds, default: 0] += 1 }
    #expect(counts.keys.sorted() == [5, 7, 20])
    for (value, share) in [(5.0, 0.25), (7, 0.5), (20, 0.25)] {
      #expect(abs(Double(counts[value] ?? 0) / 40_000 - share) < 0.01)
    }
  }
}

@Suite struct SerialDrawsTests {
  private let uniform = Distribution.uniform(low: .zero, high: .milliseconds(100))

  /// Draws at a fixed distance, in milliseconds.
  private func draws(_ memory: Nanoseconds, every: Nanoseconds, count: Int) -> [Double] {
    var random = SplitMix64(seed: 11)
    var serial = SerialDraws(memory: memory)
    var now = Instant(nanoseconds: 5)
    return (0..<count).map { _ in
      now = now + every
      return serial.sample(uniform, at: now, &random).milliseconds
    }
  }

  private func correlation(_ values: [Double], lag: Int) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let centred = values.map { $0 - mean }
    let variance = centred.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    let pairs = zip(centred, centred.dropFirst(lag))
    return pairs.reduce(0) { $0 + $1.0 * $1.1 } / Double(values.count - lag) / variance
  }

  @Test func eachDrawHasTheDistributionAskedFor() {
    let sorted = draws(.milliseconds(50), every: .milliseconds(10), count: 100_000).sorted()
    for share in [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99] {
      #expect(abs(sorted[Int(share * 100_000)] - 100 * share) < 1.5)
    }
  }

  /// At the distance of the memory the correlation is 1/e, whatever lies between. (Of the scores:
  /// that of uniform values is 6/π asin(ρ/2), here 0.353.)
  @Test(arguments: [1, 20])
  func whatIsAlikeHangsOnTimeAlone(draws between: Int) {
    let memory = Nanoseconds.milliseconds(100)
    let values = draws(
      memory, every: Nanoseconds(memory.count / Int64(between)), count: 10_000 * between)
    #expect(abs(correlation(values, lag: between) - 0.353) < 0.03)
  }

  @Test func withoutMemoryDrawsAreIndependent() {
    let values = draws(.zero, every: .milliseconds(1), count: 100_000)
    #expect(abs(correlation(values, lag: 1)) < 0.01)
    var plain = SplitMix64(seed: 11)
    #expect(values.prefix(100).allSatisfy { $0 == uniform.sample(&plain).milliseconds })
  }

  @Test func atOneInstantTheDrawIsTheSame() {
    #expect(Set(draws(.milliseconds(5), every: .zero, count: 100)).count == 1)
  }
}

@Suite struct SampleFileTests {
  /// What a distribution reads from a file with this text, or the message and its place.
  private func read(_ text: String) -> String {
    do throws(LiteralError) {
      let files: SampleFiles = { path throws(SampleFileError) in
        guard path == "a b.txt" else { throw SampleFileError("cannot read \(path)") }
        return Array(text.utf8)
      }
      let distribution = try Distribution(literal: "empirical(\"a b.txt\")", files: files)
      guard case .empirical(let samples) = distribution else { return "\(distribution)" }
      return samples.map { "\($0.milliseconds)" }.joined(separator: " ")
    } catch {
      return "\(error.message)@\(error.offset)"
    }
  }

  @Test(arguments: [
    ("20ms\n5ms\r\n\n 7.5ms \n", "5.0 7.5 20.0"), ("1us", "0.001"), ("\u{FEFF}0\n", "0.0"),
    ("[20, 5,7.25e0]\n", "5.0 7.25 20.0"), (" \n[ 3 ] ", "3.0"),
  ])
  func samplesAreRead(text: String, samples: String) {
    #expect(read(text) == samples)
  }

  @Test(arguments: [
    ("", "there is no sample in it"), (" \n\n", "there is no sample in it"),
    ("[]", "there is no sample in it"), ("[1, 2", "the array has no end"),
    ("[", "the array has no end"),
    ("5ms\n5\n", "line 2: a duration needs a unit: ns, us, ms, s or m"),
    ("5ms\n\nx\n", "line 3: expected a duration such as `450ms`, found `x`"),
    ("61m", "line 1: a duration is at most 60m"),
    ("[1,,2]", "element 2 must be a number of milliseconds from 0 to an hour, found ``"),
    ("[-1]", "element 1 must be a number of milliseconds from 0 to an hour, found `-1`"),
    ("[1e99]", "element 1 must be a number of milliseconds from 0 to an hour, found `1e99`"),
    ("[nan]", "element 1 must be a number of milliseconds from 0 to an hour, found `nan`"),
    ("[[1]]", "element 1 must be a number of milliseconds from 0 to an hour, found `[1]`"),
  ])
  func badFiles(text: String, message: String) {
    #expect(read(text) == "`a b.txt`: \(message)@10")
  }

  @Test func aFaultMayNameAFile() throws {
    let text = "pause empirical('f') at event(1)"
    let rule = try FaultRule(literal: text, leg: .b, specs: SampleFaults.specs) { _ in
      Array("2ms\n1ms".utf8)
    }
    #expect(
      rule.distribution("length") == .empirical(sorted: [.milliseconds(1), .milliseconds(2)]))
    #expect(rule.text == text)
  }

  @Test func aFileThatIsNotThereIsSaid() throws {
    let files: SampleFiles = { (path) throws(SampleFileError) in
      throw SampleFileError("cannot read \(path): no such file")
    }
    #expect(throws: LiteralError(offset: 10, message: "cannot read x: no such file")) {
      try Distribution(literal: "empirical('x')", files: files)
    }
  }

  @Test func tooManyAreRefused() {
    let most = String(repeating: "1,", count: Limits.samples - 1)
    #expect(!read("[\(most)1]").contains("at most"))
    #expect(
      read("[\(most)1,1]")
        == "`a b.txt`: it has 1000001 samples; at most 1000000 are read@10")
    let large = String(repeating: " ", count: Limits.sampleFileBytes + 1)
    #expect(read(large) == "`a b.txt`: it has more than 33554432 bytes@10")
  }
}
