package import Core
package import Platform

/// What one `relaymark compare` is to do.
package struct CompareOptions: Sendable {
  package var scenario: Scenario
  package var arms: [Arm]
  package var plan: ComparisonPlan
  package var seed: UInt64
  package var version: String

  package init(
    scenario: Scenario, arms: [Arm], plan: ComparisonPlan, seed: UInt64, version: String
  ) {
    self.scenario = scenario
    self.arms = arms
    self.plan = plan
    self.seed = seed
    self.version = version
  }

  /// One side, and how it is reached.
  package struct Arm: Sendable {
    package var name: String
    package var target: CampaignTarget
    /// Where the scripted provider listens while it is this arm's turn.
    package var provider: Endpoint?
    /// The key itself; never printed or recorded.
    package var key: String?
    package var model: String?
    /// The format that it is asked in; nil for the scenario's.
    package var dialect: String?
    package var certificateAuthorities: String?
    package var verifiesPeer = true
    /// Faults that this arm has besides those of the scenario.
    package var faults: [FaultRule] = []

    package init(name: String, target: CampaignTarget) {
      self.name = name
      self.target = target
    }

    /// The scenario in the words of this arm.
    package func words(_ scenario: Scenario) -> Scenario {
      var scenario = scenario
      if let model { scenario.traffic.model = model }
      if let dialect { scenario.traffic.dialect = dialect }
      return scenario
    }
  }
}

/// Progress of a comparison; called between its blocks.
package protocol CompareObserver: AnyObject {
  /// - Parameters:
  ///   - pair: 0 for the one that warms up.
  ///   - failed: exchanges of the pair that did not end well, by arm.
  func pairEnds(_ pair: Int, of pairs: Int, failed: [String: Int])
}
