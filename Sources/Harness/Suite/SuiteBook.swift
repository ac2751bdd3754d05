import Core
import Judging
import Synchronization
import Wire

/// What is played for which nonce, for the threads of the far side: so that many stimuli can be
/// under way at once although the relay knows one provider.
final class SuiteBook: Sendable {
  struct Entry: Sendable {
    var part: ProviderSession.Part
    var rules: [Leg: ChosenRules]
  }

  private let entries = Mutex<[Nonce: Entry]>([:])

  func enter(_ entry: Entry, for nonces: [Nonce]) {
    entries.withLock { entries in
      for nonce in nonces { entries[nonce] = entry }
    }
  }

  func part(_ nonce: Nonce) -> ProviderSession.Part? {
    entries.withLock { $0[nonce]?.part }
  }

  func rules(_ nonce: Nonce, _ leg: Leg) -> ChosenRules? {
    entries.withLock { $0[nonce]?.rules[leg] }
  }
}
