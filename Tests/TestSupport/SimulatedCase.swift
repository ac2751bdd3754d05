import Core

/// A simulated comparison and what must come of it.
package struct SimulatedCase: Sendable {
  package var name: String
  package var about: String
  package var job: SimulatedJob
  /// What B truly adds, by measure.
  package var truth: [String: Double]
  package var bars: [Bar]

  /// What must hold of the figures of many jobs.
  package enum Bar: Sendable {
    /// At most this share of the jobs fails as a whole.
    case alarms(atMost: Double)
    /// The interval misses the truth as often as its level says, within the binomial band of so many
    /// jobs; `isExact`: not more seldom either.
    case calibrated(String, isExact: Bool)
    case fails(String, atMost: Double)
    case finds(String, atLeast: Double)
    case covers(String, atLeast: Double)
    /// A mutant: the interval must miss the truth more often than any that holds its level.
    case uncovers(String, below: Double)
    case alarmsMore(than: Double)
  }

  /// All of them; the first figures of arm A are needed to say where its margins lie.
  package static func all(_ job: SimulatedJob = SimulatedJob()) -> [SimulatedCase] {
    let p50 = 0.10 * job.usual(0.5)
    let p95 = 0.15 * job.usual(0.95)
    let times = ["ttft.p50", "ttft.p95", "ttft.p99", "added.chunk.p50", "added.chunk.p99"]
    func adding(ttft: Double = 0, chunk: Double = 0) -> SimulatedJob {
      var job = job
      (job.addedTTFT, job.addedChunk) = (ttft, chunk)
      return job
    }
    func with(_ change: (inout SimulatedJob) -> Void) -> SimulatedJob {
      var job = job
      change(&job)
      return job
    }
    let equal: [Bar] =
      [.alarms(atMost: 0.01)] + times.map { .calibrated($0, isExact: true) }
      + ["stall.excess.mean", "errors.rate"].map { .calibrated($0, isExact: false) }
    return [
      SimulatedCase("equal", "A against A", job, [:], equal),
      SimulatedCase(
        "margin-p50", "exactly the margin of ttft.p50", adding(ttft: p50), ["ttft": p50],
        [.fails("ttft.p50", atMost: 0.05)]),
      SimulatedCase(
        "margin-p95", "exactly the margin of ttft.p95", adding(ttft: p95), ["ttft": p95],
        [.fails("ttft.p95", atMost: 0.05)]),
      SimulatedCase(
        "margin-chunk", "exactly the margin of added.chunk", adding(chunk: 1e6),
        ["added.chunk": 1e6],
        [.fails("added.chunk.p50", atMost: 0.05), .fails("added.chunk.p99", atMost: 0.05)]),
      SimulatedCase(
        "twice-p50", "twice the margin of ttft.p50", adding(ttft: 2 * p50), ["ttft": 2 * p50],
        [.finds("ttft.p50", atLeast: 0.9)]),
      SimulatedCase(
        "twice-p95", "twice the margin of ttft.p95", adding(ttft: 2 * p95), ["ttft": 2 * p95],
        [.finds("ttft.p95", atLeast: 0.8)]),
      SimulatedCase(
        "known", "25 ms on first tokens, 3 ms on chunks", adding(ttft: 25e6, chunk: 3e6),
        ["ttft": 25e6, "added.chunk": 3e6], times.map { .covers($0, atLeast: 0.93) }),
      SimulatedCase(
        "mutant-sequential", "A against A, all of A first", with { $0.order = .sequential }, [:],
        [.alarmsMore(than: 0.01), .uncovers("ttft.p50", below: 0.8)]),
      SimulatedCase(
        "mutant-pooled", "A against A, chunks and streams pooled", with { $0.resampling = .pooled },
        [:], [.uncovers("added.chunk.p50", below: 0.8), .uncovers("ttft.p50", below: 0.9)]),
    ]
  }

  private init(
    _ name: String, _ about: String, _ job: SimulatedJob, _ truth: [String: Double], _ bars: [Bar]
  ) {
    self.name = name
    self.about = about
    self.job = job
    self.truth = truth
    self.bars = bars
  }

  package func figures(jobs: Range<Int>, seed: UInt64) -> SimulatedFigures {
    .of(job, jobs: jobs, seed: seed, truth: truth)
  }
}

extension SimulatedCase.Bar {
  /// The bar in words, the figure, and whether it holds.
  package func judge(
    _ figures: SimulatedFigures, alpha: Double = ComparisonPlan.usualAlpha
  ) -> (about: String, figure: Double, bound: String, holds: Bool) {
    let jobs = Double(max(1, figures.jobs))
    func percent(_ share: Double) -> String {
      "\((share * 1_000).rounded() / 10) %"
    }
    switch self {
    case .alarms(let most):
      let share = Double(figures.failed) / jobs
      return ("jobs that fail", share, "<= \(percent(most))", share <= most)
    case .alarmsMore(let least):
      let share = Double(figures.failed) / jobs
      return ("jobs that fail (mutant)", share, "> \(percent(least))", share > least)
    case .calibrated(let name, let isExact):
      let missed = 1 - figures.coverage(name)
      // Ninety-nine in a hundred samples of so many jobs lie within.
      let band = 2.576 * (alpha * (1 - alpha) / jobs).squareRoot()
      let low = isExact ? max(0, alpha - band) : 0
      return (
        "\(name): intervals without zero", missed,
        "\(percent(low)) to \(percent(alpha + band))", missed >= low && missed <= alpha + band
      )
    case .fails(let name, let most):
      let share = figures.power(name)
      return ("\(name) fails", share, "<= \(percent(most))", share <= most)
    case .finds(let name, let least):
      let share = figures.power(name)
      return ("\(name) fails", share, ">= \(percent(least))", share >= least)
    case .covers(let name, let least):
      let share = figures.coverage(name)
      return ("\(name) covers", share, ">= \(percent(least))", share >= least)
    case .uncovers(let name, let most):
      let share = figures.coverage(name)
      return ("\(name) covers (mutant)", share, "< \(percent(most))", share < most)
    }
  }
}
