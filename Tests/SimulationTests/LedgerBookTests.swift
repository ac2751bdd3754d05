import Core
import Harness
import Judging
import Testing
import Wire

/// What both sides saw comes together whenever it comes, and is judged once nothing more is to come.
@Suite struct LedgerBookTests {
  private static let second = Nanoseconds.seconds(1)
  private static func at(_ seconds: Int64) -> Instant {
    Instant(nanoseconds: seconds * 1_000_000_000)
  }

  private func book(key: String? = nil) -> LedgerBook {
    let scenario = Scenario(name: "s", traffic: Traffic(streams: 9, stream: false))
    let dialect = OpenAIChat()
    let empty = Judge.empty(
      name: "t", url: "", topology: .twoSided, dialect: dialect, scenario: scenario)
    return LedgerBook(
      Judge(empty, dialect: dialect, scenario: scenario), dialect: dialect,
      traffic: scenario.traffic, key: key)
  }

  private func exchange(_ ordinal: Int, ended: Int64) -> Exchange {
    var exchange = Exchange(
      ordinal: ordinal, nonce: Nonce(seed: 1, ordinal: ordinal), warmup: false,
      intended: Self.at(1), started: Self.at(1))
    exchange.transport = .failed(.reset)
    exchange.detail = "said secret-key"
    exchange.ended = Self.at(ended)
    return exchange
  }

  private func fault(_ ordinal: Int) -> FaultRecord {
    FaultRecord(
      leg: .b, rule: "reset at event(1)", kind: "reset", effect: .cuts, connection: 0,
      nonce: Nonce(seed: 1, ordinal: ordinal), at: Self.at(2), bytesBefore: 0, eventsBefore: 0)
  }

  /// Two of three are judged early: one has just ended, and of one more is to come.
  @Test func whatIsNotOverWaits() {
    let book = book()
    var seen = FarSeen()
    seen.faults = [fault(0)]
    seen.open = [Nonce(seed: 1, ordinal: 2)]
    book.take(
      [exchange(2, ended: 3), exchange(0, ended: 3), exchange(1, ended: 9)], seen,
      asOf: Self.at(10))
    #expect(book.result().record.exchanges.total == 1)
    #expect(book.result().record.faults.map(\.nonce) == [Nonce(seed: 1, ordinal: 0)])
    var late = FarSeen()
    late.faults = [fault(1), fault(2)]
    late.exchanges = [
      ProviderExchange(connection: 1, method: "GET", path: "/models", receivedAt: Self.at(3))
    ]
    book.take([exchange(3, ended: 11)], late, asOf: nil)
    let record = book.result().record
    #expect(record.exchanges.total == 4 && record.exchanges.byEnd == ["reset": 4])
    #expect(record.faults.count == 3)
    #expect(record.probes == ["GET /models": 1])
  }

  @Test func keysAreMasked() {
    let book = book(key: "secret-key")
    book.take([exchange(0, ended: 3)], FarSeen(), asOf: nil)
    #expect(book.result().record.streams[0].detail == "said **********")
  }
}
