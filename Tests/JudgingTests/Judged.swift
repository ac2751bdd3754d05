import Core
import Judging
import Wire

extension Judge {
  /// All of it at once.
  static func target(
    name: String = "relay", topology: TargetRecord.Topology = .twoSided, dialect: any Dialect,
    scenario: Scenario, observations: [Observation], mostBytes: Int = Limits.judgedBytes
  ) -> TargetRecord {
    let empty = Judge.empty(
      name: name, url: "", topology: topology, dialect: dialect, scenario: scenario)
    var judge = Judge(empty, dialect: dialect, scenario: scenario, mostBytes: mostBytes)
    for observation in observations { judge.add(observation) }
    return judge.finish()
  }
}

extension Expectations.ErrorCount {
  init(_ observations: [Observation], leaves: Bool) {
    self.init(errors: 0, total: 0)
    for observation in observations { add(observation, leaves: leaves) }
  }
}
