/// What `relaymark selftest` found out about this machine: the error of its figures, its floor, and
/// what it takes in (`selftest.json`, schema in `reports/schema/`). Times are in nanoseconds.
package struct SelfTestRecord: Hashable, Sendable, Codable {
  package static let schemaID = "relaymark.selftest/1"

  package var schema = SelfTestRecord.schemaID
  package var tool: RunRecord.Tool
  /// RFC 3339, UTC.
  package var startedAt: String
  package var durationNs: Nanoseconds
  package var machine: RunRecord.Machine
  package var figures: SelfTestFigures
  /// Whether it is fit to measure one stream at a time, the least that is asked of it.
  package var fit: Bool
  /// What was short, at whichever number of streams.
  package var remarks: [String]

  package init(
    tool: RunRecord.Tool, startedAt: String, durationNs: Nanoseconds, machine: RunRecord.Machine,
    figures: SelfTestFigures, fit: Bool, remarks: [String]
  ) {
    self.tool = tool
    self.startedAt = startedAt
    self.durationNs = durationNs
    self.machine = machine
    self.figures = figures
    self.fit = fit
    self.remarks = remarks
  }
}

/// The figures of a self-test, as they stand in every record of a run that refers to it.
package struct SelfTestFigures: Hashable, Sendable, Codable {
  /// By number of streams, ascending.
  package var levels: [Level]
  /// `added.chunk` and `added.ttft` without a relay.
  package var floor: [String: Pair]
  /// Chunks that one runner thread took in per second of a flood, and per second of the processor
  /// time that it used for them: the first is less where something else was at its limit.
  package var chunksPerSecond: Double
  package var chunksPerProcessorSecond: Double

  package init(
    levels: [Level], floor: [String: Pair], chunksPerSecond: Double,
    chunksPerProcessorSecond: Double
  ) {
    self.levels = levels
    self.floor = floor
    self.chunksPerSecond = chunksPerSecond
    self.chunksPerProcessorSecond = chunksPerProcessorSecond
  }

  /// So many streams at a time.
  package struct Level: Hashable, Sendable, Codable {
    package var streams: Int
    /// How far the client's figure is from the provider's log, either way: ttft from write minus
    /// receipt, gap from the distance of the two writes.
    package var ttft: Pair
    package var gap: Pair
    /// `send`, `write`, `read`.
    package var lateness: [String: Pair]

    package init(streams: Int, ttft: Pair, gap: Pair, lateness: [String: Pair]) {
      self.streams = streams
      self.ttft = ttft
      self.gap = gap
      self.lateness = lateness
    }
  }

  /// The two quantiles that are kept, and of how many values.
  package struct Pair: Hashable, Sendable, Codable {
    package var n: Int
    package var p50: Double
    package var p99: Double

    package init(n: Int, p50: Double, p99: Double) {
      self.n = n
      self.p50 = p50
      self.p99 = p99
    }

    package init(_ measure: Measure) {
      self.init(n: measure.n, p50: measure.p50, p99: measure.p99)
    }
  }

  /// The level that speaks for so many streams: the nearest at or above; nil above all.
  package func level(for streams: Int) -> Level? { levels.first { $0.streams >= streams } }
}

extension RunRecord {
  /// The latest self-test before a run: the error bars of its figures.
  package struct SelfTestReference: Hashable, Sendable, Codable {
    package var startedAt: String
    package var version: String
    /// Whether it was made on the machine of the run; error bars of another one say nothing.
    package var sameMachine: Bool
    package var figures: SelfTestFigures

    package init(_ test: SelfTestRecord, machine: Machine) {
      startedAt = test.startedAt
      version = test.tool.version
      sameMachine = test.machine == machine
      figures = test.figures
    }
  }
}
