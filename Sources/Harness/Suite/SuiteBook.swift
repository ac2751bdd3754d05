import Core
import Judging
import Synchronization
import Wire

/// What is played for which nonce, for the threads of the far side: so that many stimuli can be
/// under way at once although the relay knows one provider.
final class SuiteBook: Sendable {
  struct Entry: Sendable {
    var part: ProviderSession.Part
    /// What further tries of the same request get.
    var later: ProviderSession.Part?
    var tries = 0
    var rules: [Leg: ChosenRules]
    /// What the built-in relay does to this request besides what it does to all.
    var relay: ChosenRules?
  }

  private let entries = Mutex<[Nonce: Entry]>([:])

  func enter(_ entry: Entry, for nonces: [Nonce]) {
    entries.withLock { entries in
      for nonce in nonces { entries[nonce] = entry }
    }
  }

  /// What a request that has come gets; to be asked once for each.
  func part(_ nonce: Nonce) -> ProviderSession.Part? {
    entries.withLock { entries in
      guard var entry = entries[nonce] else { return nil }
      entry.tries += 1
      entries[nonce] = entry
      return entry.tries > 1 ? entry.later ?? entry.part : entry.part
    }
  }

  func rules(_ nonce: Nonce, _ leg: Leg) -> ChosenRules? {
    entries.withLock { $0[nonce]?.rules[leg] }
  }

  func relayRules(_ nonce: Nonce) -> ChosenRules? { entries.withLock { $0[nonce]?.relay } }
}
