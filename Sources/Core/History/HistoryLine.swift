/// One line of `history.jsonl`: what a run or a comparison came to, small enough to be kept for ever.
package struct HistoryLine: Hashable, Sendable, Codable {
  package static let schemaID = "relaymark.history/1"

  package var schema = HistoryLine.schemaID
  package var startedAt: String
  package var version: String
  package var machine: String
  package var scenario: String
  package var digest: String?
  package var decision: GateDecision
  package var series: [Point]

  package init(
    startedAt: String, version: String, machine: String, scenario: String, digest: String?,
    decision: GateDecision, series: [Point]
  ) {
    self.startedAt = startedAt
    self.version = version
    self.machine = machine
    self.scenario = scenario
    self.digest = digest
    self.decision = decision
    self.series = series
  }

  /// A figure of a target, or the difference of two arms with its interval.
  package struct Point: Hashable, Sendable, Codable {
    package var name: String
    package var unit: String
    package var value: Double
    package var low: Double?
    package var high: Double?

    package init(name: String, unit: String, value: Double, low: Double? = nil, high: Double? = nil)
    {
      self.name = name
      self.unit = unit
      self.value = value
      self.low = low
      self.high = high
    }
  }

  package init(_ record: RunRecord, _ decision: GateDecision) {
    var series: [Point] = []
    for target in record.targets {
      for name in ["ttft", "added.chunk", "gap"] {
        guard let measure = target.measures[name] else { continue }
        for (statistic, value) in [
          ("p50", measure.p50), ("p95", measure.p95), ("p99", measure.p99),
        ] where value.isFinite {
          series.append(
            Point(
              name: "\(target.name), \(target.scenario.name): \(name).\(statistic)",
              unit: measure.unit, value: value))
        }
      }
    }
    self.init(
      startedAt: record.startedAt, version: record.tool.version,
      machine: Self.words(record.machine),
      scenario: record.targets.map(\.scenario.name).joined(separator: ", "),
      digest: record.targets.first?.scenario.digest, decision: decision, series: series)
  }

  package init(_ record: ComparisonRecord, _ decision: GateDecision) {
    var series: [Point] = []
    for result in record.results {
      for figure in result.measures {
        guard let delta = figure.delta, delta.isFinite else { continue }
        series.append(
          Point(
            name: "\(result.arm) over \(result.against): \(figure.name)", unit: figure.unit,
            value: delta, low: figure.low.flatMap { $0.isFinite ? $0 : nil },
            high: figure.high.flatMap { $0.isFinite ? $0 : nil }))
      }
    }
    self.init(
      startedAt: record.startedAt, version: record.tool.version,
      machine: Self.words(record.machine), scenario: record.scenario.name,
      digest: record.scenario.digest, decision: decision, series: series)
  }

  private static func words(_ machine: RunRecord.Machine) -> String {
    "\(machine.processor), \(machine.cores) cores"
  }
}
