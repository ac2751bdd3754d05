package import Core
package import Judging
package import Platform
import Wire

/// What is under test, and how it is reached.
package struct SuiteOptions: Sendable {
  package var target: CampaignTarget
  /// Where the scripted provider listens for the relay under test; nil leaves it to the kernel.
  package var provider: Endpoint?
  package var seed: UInt64
  /// The model to ask for, instead of the one that nobody has.
  package var model: String?
  /// The key itself; never printed or recorded.
  package var key: String?
  package var certificateAuthorities: String?
  package var verifiesPeer = true
  /// How many stimuli are under way at once.
  package var together = 12

  package init(target: CampaignTarget, seed: UInt64) {
    self.target = target
    self.seed = seed
  }

  /// Whether our own provider stands behind the relay.
  package var topology: TargetRecord.Topology {
    switch target {
    case .direct: .direct
    case .builtin: .twoSided
    case .remote: provider == nil ? .oneSided : .twoSided
    }
  }
}

/// Which way a stimulus is played.
package enum SuiteWay: Hashable, Sendable {
  /// Straight to the provider.
  case direct
  case relay
  /// Through the built-in relay with these faults between it and its clients.
  case mutant([FaultRule])
}

/// One stimulus to be played one way.
package struct SuitePlay: Sendable {
  package var stimulus: Stimulus
  package var pair: Pair
  package var way: SuiteWay
  package var repetitions: Int

  package init(_ stimulus: Stimulus, _ pair: Pair, _ way: SuiteWay, repetitions: Int = 1) {
    self.stimulus = stimulus
    self.pair = pair
    self.way = way
    self.repetitions = repetitions
  }

  /// What the client speaks on this way.
  var dialect: any Dialect { way == .direct ? pair.upstream : pair.face }

  func traffic(model: String?) -> Traffic {
    var traffic = stimulus.scenario(dialect.name, model: model).traffic
    traffic.streams *= repetitions
    traffic.concurrency = max(traffic.concurrency, min(repetitions, 4))
    // Silence without end shows itself soon where no relay stands in between that may end it.
    switch way {
    case .direct where stimulus.isSlow: break
    case .direct: traffic.timeouts.idle = min(traffic.timeouts.idle, .seconds(2))
    case .mutant: traffic.timeouts.firstByte = min(traffic.timeouts.firstByte, .seconds(4))
    case .relay: break
    }
    return traffic
  }

  /// Whether it strikes connections whatever they carry, and so whoever is still watched.
  var strikesAll: Bool {
    var faults = stimulus.faults
    if case .mutant(let own) = way { faults += own }
    return faults.contains { $0.scope == .connection }
  }

  /// When it is played: crowd, quiet ones, those by themselves, those that strike all.
  var turn: Int { strikesAll ? 9 : stimulus.company.rawValue }
}
