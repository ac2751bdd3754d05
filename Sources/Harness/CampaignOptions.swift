package import Core
package import Platform

/// What one `relaymark run` is to do.
package struct CampaignOptions: Sendable {
  package var scenarios: [Scenario]
  package var target: CampaignTarget
  /// Where the scripted provider listens for the relay under test; nil leaves it to the kernel.
  package var provider: Endpoint?
  package var seed: UInt64
  /// The key itself; never printed or recorded.
  package var key: String?
  package var certificateAuthorities: String?
  package var verifiesPeer: Bool
  package var version: String
  /// How many exchanges without a relay stand beside those of a run, as a share of them; 0 for none.
  package var floorShare = FloorPacing.usualShare
  /// Who answers the same requests without a relay in between; nil for a provider of ours, behind a
  /// relay that has ours behind it.
  package var direct: Direct?
  /// How many exchanges have a twin without the relay, where the scenario does not say; nil for the
  /// usual number.
  package var twins: Int?
  /// Whether a run ends when nobody can be reached; a comparison goes on, since its arms take turns.
  package var givesUp = true
  /// Legs on which a fault proxy stands even without a fault, so that arms of a comparison differ in
  /// nothing else.
  package var proxied: Set<Leg> = []
  /// Where the exchanges of the scenarios are recorded; those of the floor are not.
  package var recording: RecordingFile?
  /// Where finished exchanges are written down; those of the floor are not.
  package var journal: ExchangeJournal?
  /// Which of several machines this is, as the traffic of the scenarios says too.
  package var shard: Shard?
  /// When the first scenario begins; nil for as soon as may be.
  package var start: WallTime?
  /// The rates at which the first scenario is measured, one after the other.
  package var sweep: SweepPlan?

  package init(scenarios: [Scenario], target: CampaignTarget, seed: UInt64, version: String) {
    self.scenarios = scenarios
    self.target = target
    self.seed = seed
    self.version = version
    provider = nil
    key = nil
    certificateAuthorities = nil
    verifiesPeer = true
    recording = nil
    journal = nil
    shard = nil
    start = nil
  }
}

/// A provider that is asked what a relay is asked.
package struct Direct: Sendable {
  /// The base URL as an SDK is given it.
  package var baseURL: String
  /// What it calls the model that the relay is asked for; nil for the same name.
  package var model: String?
  /// The key itself; never printed or recorded.
  package var key: String?

  package init(baseURL: String, model: String? = nil, key: String? = nil) {
    self.baseURL = baseURL
    self.model = model
    self.key = key
  }

  /// Twins in a run against somebody else's provider, who takes money for each.
  static let usualTwins = 10
}

/// What stands between runner and provider.
package enum CampaignTarget: Hashable, Sendable {
  /// Nothing: the instrument's own floor.
  case direct
  /// The built-in pass-through relay.
  case builtin
  /// A relay or provider somewhere.
  case remote(Target)

  package var name: String {
    switch self {
    case .direct: "direct"
    case .builtin: "builtin"
    case .remote(let target): target.name
    }
  }
}

/// A run that could not be carried out, and what to do about it.
package struct CampaignError: Error, Sendable {
  package var message: String

  package init(_ message: String) { self.message = message }
}

/// Progress, for the terminal; called on the loop's thread.
package protocol CampaignObserver: AnyObject {
  /// The floor is measured, and the first scenario begins then.
  func campaignWaits(for start: WallTime)
  func trialStarts(_ title: String, exchanges: Int)
  func trialProgress(_ exchange: Exchange)
  func trialSettles(_ title: String)
  func trialEnds(_ title: String)
}
