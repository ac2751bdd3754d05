import Core
import TestSupport
import Testing

/// A few small jobs of the simulation that `scripts/bench/gate` runs at length: wide bands, so that
/// they fail only when the decision is really broken.
@Suite struct GateSimulationTests {
  private static let gates = [
    MeasureGate("ttft", "p50", absolute: 1e6, relative: 0.10),
    MeasureGate("added.chunk", "p50", absolute: 1e6),
  ]

  private static func small(_ change: (inout SimulatedJob) -> Void = { _ in }) -> SimulatedJob {
    var job = SimulatedJob()
    (job.pairs, job.streams, job.chunks) = (20, 8, 6)
    change(&job)
    return job
  }

  private func figures(_ job: SimulatedJob, _ truth: [String: Double] = [:]) -> SimulatedFigures {
    .of(job, gates: Self.gates, draws: 200, jobs: 0..<40, seed: 11, truth: truth)
  }

  @Test func equalArmsRaiseNoAlarm() {
    let figures = figures(Self.small())
    #expect(figures.failed <= 2)
    #expect(figures.coverage("ttft.p50") >= 0.85)
    #expect(figures.coverage("added.chunk.p50") >= 0.85)
  }

  @Test func whatIsThereIsFoundAndCovered() {
    let job = Self.small { ($0.addedTTFT, $0.addedChunk) = (8e7, 3e6) }
    let figures = figures(job, ["ttft": 8e7, "added.chunk": 3e6])
    #expect(figures.power("ttft.p50") >= 0.8)
    #expect(figures.power("added.chunk.p50") >= 0.95)
    #expect(figures.coverage("added.chunk.p50") >= 0.85)
  }

  /// What the design is for: without it the same figures break.
  @Test func mutantsBreakIt() {
    let sequential = figures(Self.small { $0.order = .sequential })
    #expect(sequential.coverage("ttft.p50") < 0.7)
    let pooled = figures(Self.small { $0.resampling = .pooled })
    #expect(pooled.coverage("added.chunk.p50") < 0.75)
  }
}
