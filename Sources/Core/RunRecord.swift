/// The file that joins running and reporting (`run.json`, schema in `reports/schema/`): the only
/// input of every report. Times are integers in nanoseconds unless a unit says otherwise.
package struct RunRecord: Hashable, Sendable, Codable {
  package static let schemaID = "relaymark.run/1"

  package var schema = RunRecord.schemaID
  package var tool: Tool
  /// RFC 3339, UTC.
  package var startedAt: String
  package var durationNs: Nanoseconds
  /// False when the run was interrupted or could not go on; `note` says why.
  package var complete: Bool
  package var note: String
  package var machine: Machine
  package var seed: UInt64
  package var instrument: Instrument
  package var targets: [TargetRecord]
  /// Which of the machines that share a run this one was; absent if it was the only one.
  package var shard: Shard?
  /// When the first scenario was to begin, if that was fixed (RFC 3339, UTC).
  package var intendedStart: String?
  /// The machines whose records were added up into this one; absent if it is of one machine.
  package var machines: [MachineRecord]?
  /// What a search for the rate that the target takes has shown; its targets are the stages.
  package var sweep: SweepRecord?

  package init(
    tool: Tool, startedAt: String, durationNs: Nanoseconds, complete: Bool, note: String,
    machine: Machine, seed: UInt64, instrument: Instrument, targets: [TargetRecord]
  ) {
    self.tool = tool
    self.startedAt = startedAt
    self.durationNs = durationNs
    self.complete = complete
    self.note = note
    self.machine = machine
    self.seed = seed
    self.instrument = instrument
    self.targets = targets
    shard = nil
    intendedStart = nil
    machines = nil
  }

  package struct Tool: Hashable, Sendable, Codable {
    package var version: String
    package var curl: String

    package init(version: String, curl: String) {
      self.version = version
      self.curl = curl
    }
  }

  package struct Machine: Hashable, Sendable, Codable {
    package var system: String
    package var processor: String
    package var cores: Int
    package var memoryBytes: Int

    package init(system: String, processor: String, cores: Int, memoryBytes: Int) {
      self.system = system
      self.processor = processor
      self.cores = cores
      self.memoryBytes = memoryBytes
    }
  }

  /// How good the instrument was during this run.
  package struct Instrument: Hashable, Sendable, Codable {
    /// The floors of all targets as one, and of all machines, each by its own clock.
    package var floor: [String: Measure]
    /// How late the harness itself was: `send`, `write`, `read`.
    package var lateness: [String: Measure]
    package var fit: Bool
    /// Why it is not fit, or what weakens it; empty when there is nothing to say.
    package var remarks: [String]
    /// The latest self-test of this user before the run, if there was one. Where records of several
    /// machines were added up, each has its own (`MachineRecord`).
    package var selftest: SelfTestReference?

    package init(
      floor: [String: Measure], lateness: [String: Measure], fit: Bool, remarks: [String],
      selftest: SelfTestReference? = nil
    ) {
      self.floor = floor
      self.lateness = lateness
      self.fit = fit
      self.remarks = remarks
      self.selftest = selftest
    }
  }
}

/// What one scenario showed on one target.
package struct TargetRecord: Hashable, Sendable, Codable {
  package var name: String
  /// The base URL without user information and query, or empty for `direct`.
  package var url: String
  package var topology: Topology
  package var dialect: String
  package var scenario: ScenarioFacts
  package var exchanges: ExchangeCounts
  /// By name (`ttft`, `gap`, `added.chunk`, …); failures have figures of their own in `exchanges`.
  package var measures: [String: Measure]
  /// `added.chunk` and `added.ttft` of exchanges without a relay that went on meanwhile; nil if
  /// there were none.
  package var floor: [String: Measure]?
  package var verdicts: [Verdict]
  /// The scenario's own `expect` lines.
  package var expectations: [ExpectationResult]
  package var usage: UsageFacts?
  /// What each answer used and cost; absent if none said anything of it.
  package var cost: CostRecord?
  /// Streams that met all objectives of the scenario together; absent if it has none.
  package var goodput: Goodput?
  /// How many of the successful exchanges had their tokens counted in each way (`TokenSource`).
  package var tokens: [String: Int]?
  /// How many requests came and went in a second; absent if there was none.
  package var pace: Pace?
  /// Figures by turn, of conversations.
  package var turns: [TurnRecord]?
  /// What the relay adds to requests and answers; absent if none was sent without it, too.
  package var overhead: Overhead?
  /// Measures of the twins, where no provider of ours shows what the relay adds to each stream.
  package var directMeasures: [String: Measure]?
  /// Why no more was sent, where the scenario's `stop` said so.
  package var stopped: String?
  package var faults: [FaultRecord]
  package var streams: [StreamRecord]
  /// Requests at the provider that carried no nonce, by "METHOD path".
  package var probes: [String: Int]
  /// Settings a reader must know, such as TLS verification switched off.
  package var remarks: [String]

  package init(
    name: String, url: String, topology: Topology, dialect: String, scenario: ScenarioFacts
  ) {
    self.name = name
    self.url = url
    self.topology = topology
    self.dialect = dialect
    self.scenario = scenario
    exchanges = ExchangeCounts(total: 0, warmup: 0, byEnd: [:])
    measures = [:]
    verdicts = []
    expectations = []
    usage = nil
    cost = nil
    goodput = nil
    faults = []
    streams = []
    probes = [:]
    remarks = []
  }

  package enum Topology: String, Hashable, Sendable, Codable, CaseIterable {
    case direct
    case twoSided = "two-sided"
    case oneSided = "one-sided"
  }

  package struct ScenarioFacts: Hashable, Sendable, Codable {
    package var name: String
    package var about: String
    /// What the scenario is: `ScenarioDigest`. Absent in records of versions that had none.
    package var digest: String?
    /// Here, and so is the concurrency: the sums over all shards are those of the scenario.
    package var streams: Int
    package var concurrency: Int
    /// The most of them at a time on one of the machines, where records of several were added up.
    package var concurrencyPerMachine: Int?
    /// What made requests start: `closed`, or the process and its rates.
    package var arrivals: String
    /// The faults in the words of the file, with their leg: `leg b: reset at event(5)`.
    package var faults: [String]
    /// `reuse` or `fresh`: whether connections were kept for the next stream, which saves its first
    /// token a handshake. Absent in records of versions that did not say.
    package var connections: String?
    /// `cost` where exchanges were sent for their cost, and their delays are not the relay's usual ones.
    package var purpose: String?

    package var isForCost: Bool { purpose == Traffic.Purpose.cost.rawValue }

    package init(
      name: String, about: String, streams: Int, concurrency: Int, arrivals: String,
      faults: [String], digest: String? = nil, connections: String? = nil
    ) {
      self.name = name
      self.about = about
      self.digest = digest
      self.streams = streams
      self.concurrency = concurrency
      self.arrivals = arrivals
      self.faults = faults
      self.connections = connections
    }
  }

  package struct ExchangeCounts: Hashable, Sendable, Codable {
    /// Measured exchanges, warm-up excluded.
    package var total: Int
    package var warmup: Int
    package var byEnd: [String: Int]
    /// Measured exchanges that were sent on a connection which an earlier one had opened.
    package var reused: Int?

    package init(total: Int, warmup: Int, byEnd: [String: Int]) {
      self.total = total
      self.warmup = warmup
      self.byEnd = byEnd
    }

    package var done: Int { byEnd[EndCondition.done.rawValue] ?? 0 }
  }

  /// Of measured exchanges.
  package struct Pace: Hashable, Sendable, Codable {
    /// From the first start to the last.
    package var sentPerSecond: Double
    /// Successful ones, from the first start to the last end.
    package var donePerSecond: Double

    package init(sentPerSecond: Double, donePerSecond: Double) {
      self.sentPerSecond = sentPerSecond
      self.donePerSecond = donePerSecond
    }
  }

  package struct ExpectationResult: Hashable, Sendable, Codable {
    package var text: String
    package var outcome: Verdict.Outcome
    /// The figure seen, with its unit, or why there is none.
    package var actual: String

    package init(text: String, outcome: Verdict.Outcome, actual: String) {
      self.text = text
      self.outcome = outcome
      self.actual = actual
    }
  }

  package struct Goodput: Hashable, Sendable, Codable {
    /// In the words of the file.
    package var objectives: [String]
    package var met: Int
    package var total: Int
    /// Good streams per second, from the first request to the last end.
    package var perSecond: Double

    package init(objectives: [String], met: Int, total: Int, perSecond: Double) {
      self.objectives = objectives
      self.met = met
      self.total = total
      self.perSecond = perSecond
    }
  }

  /// Sums over the successful exchanges that reported usage.
  package struct UsageFacts: Hashable, Sendable, Codable {
    package var reported: Int
    package var prompt: Int
    package var completion: Int

    package init(reported: Int, prompt: Int, completion: Int) {
      self.reported = reported
      self.prompt = prompt
      self.completion = completion
    }
  }
}

/// One measure with its quantiles (nearest rank on exact samples).
package struct Measure: Hashable, Sendable, Codable {
  /// `ns`, or `ratio` for shares (`coalesced`, `spread`), `per-second` for rates.
  package var unit: String
  package var n: Int
  package var p50: Double
  package var p90: Double
  package var p95: Double
  package var p99: Double
  package var p999: Double
  package var max: Double
  package var min: Double
  /// `exact`, or `histogram` past the stated number of samples.
  package var storage: String
  /// All of them, ascending, as long as the measure is exact; else empty.
  package var samples: [Double]
  /// What stands in their place; records with it, or with all samples, add up without loss.
  package var histogram: BucketCounts?

  package init(
    unit: String, n: Int, p50: Double, p90: Double, p95: Double, p99: Double, p999: Double,
    max: Double, min: Double, storage: String, samples: [Double], histogram: BucketCounts? = nil
  ) {
    self.unit = unit
    self.n = n
    self.p50 = p50
    self.p90 = p90
    self.p95 = p95
    self.p99 = p99
    self.p999 = p999
    self.max = max
    self.min = min
    self.storage = storage
    self.samples = samples
    self.histogram = histogram
  }

  private enum CodingKeys: String, CodingKey {
    case unit, n, p50, p90, p95, p99, max, min, storage, samples, histogram
    case p999 = "p99.9"
  }
}

/// One stream drawn in the report: chunk writes against chunk arrivals on one time axis.
package struct StreamRecord: Hashable, Sendable, Codable {
  package var ordinal: Int
  package var nonce: Nonce
  package var end: EndCondition
  package var status: Int
  package var detail: String
  /// All offsets are nanoseconds since the request was sent.
  package var ttft: Nanoseconds?
  package var e2e: Nanoseconds
  /// Provider writes of tokens; empty in the one-sided topology.
  package var writes: [Nanoseconds]
  /// Arrivals of output events at the client.
  package var arrivals: [Nanoseconds]

  package init(
    ordinal: Int, nonce: Nonce, end: EndCondition, status: Int, detail: String,
    ttft: Nanoseconds?, e2e: Nanoseconds, writes: [Nanoseconds], arrivals: [Nanoseconds]
  ) {
    self.ordinal = ordinal
    self.nonce = nonce
    self.end = end
    self.status = status
    self.detail = detail
    self.ttft = ttft
    self.e2e = e2e
    self.writes = writes
    self.arrivals = arrivals
  }
}
