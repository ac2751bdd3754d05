package import Core
package import Judging
package import Wire

/// How many words the messages of an exchange have.
package struct WordCount: Sendable {
  private let traffic: Traffic
  private let seed: UInt64
  /// Of a prompt that all have: only their nonces differ.
  private var same: Int?

  package init(_ traffic: Traffic, seed: UInt64) {
    self.traffic = traffic
    self.seed = seed
    same = traffic.prompt.fixed == nil || traffic.output != nil ? nil : counted(0)
  }

  /// Nil for turns of a conversation, which carry the answers before them, and for exchanges beyond
  /// those whose bill is kept.
  package func words(of ordinal: Int) -> Int? {
    guard !traffic.prompt.isConversation, ordinal < Limits.recordedBills else { return nil }
    return same ?? counted(ordinal)
  }

  private func counted(_ ordinal: Int) -> Int {
    traffic.prompt(of: ordinal, seed: seed).messages
      .reduce(0) { $0 + RequestWords.words(Array($1.text.utf8)) }
  }
}

/// Joins what both sides saw of each exchange, and has it judged when nothing more is to come.
///
/// Pure but for being shared: what it is handed decides all.
package final class LedgerBook {
  private let dialect: any Dialect
  private let streamWanted: Bool
  /// A relay may try again, or only now see that its client has left: for so long.
  private let patience: Nanoseconds
  private let redaction: Redaction
  private let words: WordCount?
  private var judge: Judge
  private var lateness = Lateness()
  private var waiting: [Exchange] = []
  private var provider: [Nonce: [ProviderExchange]] = [:]
  private var faults: [Nonce: [FaultRecord]] = [:]
  private var probes: [String: Int] = [:]

  /// What one trial comes to.
  package struct Result: Sendable {
    package var record: TargetRecord
    /// The first exchanges, to be compared with their twins.
    package var first: [Observation]
    var lateness: Lateness
  }

  /// - Parameters:
  ///   - key: masked wherever it stands.
  ///   - words: what was sent; nil where nobody asks how much that was.
  package init(
    _ judge: Judge, dialect: any Dialect, traffic: Traffic, key: String? = nil,
    words: WordCount? = nil
  ) {
    self.judge = judge
    self.words = words
    self.dialect = dialect
    redaction = Redaction(key: key)
    streamWanted = traffic.stream
    patience = traffic.leave == nil ? Limits.settle : Limits.settleAfterLeaving
  }

  /// - Parameter now: when it was seen; nil for the last time, when everything is judged.
  package func take(_ exchanges: [Exchange], _ seen: FarSeen, asOf now: Instant?) {
    lateness.add(exchanges, seen.exchanges)
    waiting += exchanges
    for exchange in seen.exchanges {
      var exchange = exchange
      redaction.mask(&exchange)
      if let nonce = exchange.nonce {
        provider[nonce, default: []].append(exchange)
      } else {
        probes["\(exchange.method) \(exchange.path)", default: 0] += 1
      }
    }
    for fault in seen.faults {
      if let nonce = fault.nonce { faults[nonce, default: []].append(fault) }
    }
    var left: [Exchange] = []
    for exchange in waiting.sorted(by: { $0.ordinal < $1.ordinal }) {
      let isOver =
        now.map { exchange.ended + patience <= $0 && !seen.open.contains(exchange.nonce) } ?? true
      if isOver { settle(exchange) } else { left.append(exchange) }
    }
    waiting = left
  }

  package func result() -> Result {
    var record = judge.finish()
    record.probes = probes
    return Result(record: record, first: judge.first, lateness: lateness)
  }

  private func settle(_ exchange: Exchange) {
    var exchange = exchange
    redaction.mask(&exchange)
    judge.add(
      Observation(
        exchange: exchange, provider: provider.removeValue(forKey: exchange.nonce) ?? [],
        faults: faults.removeValue(forKey: exchange.nonce) ?? [], dialect: dialect,
        streamWanted: streamWanted), words: words?.words(of: exchange.ordinal))
  }
}
