package import Core
package import Wire

/// One exchange read and joined with what the provider and the fault proxies did for it.
///
/// Built once, after the stream ended; measures and checks only look at it.
package struct Observation: Sendable {
  package let exchange: Exchange
  /// The tries the relay made at the provider for this nonce, in the order they were received.
  package let provider: [ProviderExchange]
  package let faults: [FaultRecord]
  package let dialect: any Dialect
  package let streamWanted: Bool
  package let reading: StreamReading
  /// Output events in order, each with its arrival.
  package let output: [OutputEvent]
  /// When the first reasoning event had arrived, if any came.
  package let firstReasoning: Instant?
  package let end: EndCondition
  package let tokens: TokenFindings
  /// When the provider wrote each token, ascending; more than one instant when there were tries.
  private let writes: [Int: [Instant]]

  /// An output event and the read that brought its last byte.
  package struct OutputEvent: Hashable, Sendable {
    package var kind: NeutralEvent.Output
    package var bytes: [UInt8]
    package var arrival: Instant
    package var wake: UInt32
    /// Just past its last byte; several outputs of one wire event share it.
    package var offset: Int

    package init(
      kind: NeutralEvent.Output, bytes: [UInt8], arrival: Instant, wake: UInt32, offset: Int
    ) {
      self.kind = kind
      self.bytes = bytes
      self.arrival = arrival
      self.wake = wake
      self.offset = offset
    }
  }

  package init(
    exchange: Exchange, provider: [ProviderExchange], faults: [FaultRecord],
    dialect: any Dialect, streamWanted: Bool
  ) {
    self.exchange = exchange
    self.provider = provider.sorted { $0.receivedAt < $1.receivedAt }
    self.faults = faults
    self.dialect = dialect
    self.streamWanted = streamWanted
    let reading = Self.read(exchange, dialect: dialect, streamWanted: streamWanted)
    self.reading = reading
    var output: [OutputEvent] = []
    output.reserveCapacity(reading.events.count)
    var firstReasoning: Instant?
    for event in reading.events {
      switch event.kind {
      case .output(let kind, let bytes):
        let (arrival, wake) = Self.arrival(of: event, in: exchange)
        output.append(
          OutputEvent(
            kind: kind, bytes: bytes, arrival: arrival, wake: wake, offset: event.end))
      case .reasoning where firstReasoning == nil:
        firstReasoning = Self.arrival(of: event, in: exchange).0
      default: break
      }
    }
    self.output = output
    self.firstReasoning = firstReasoning
    end = Classification.end(
      of: exchange, reading: reading, dialect: dialect, streamWanted: streamWanted)
    let texts = (self.provider.last { !$0.texts.isEmpty })?.texts
    tokens =
      texts.map { TokenFindings(output, texts: $0) }
      ?? TokenFindings(output, nonce: exchange.nonce)
    var writes: [Int: [Instant]] = [:]
    for mark in self.provider.flatMap(\.writes) {
      if case .token(let number) = mark.kind { writes[number, default: []].append(mark.instant) }
    }
    self.writes = writes.mapValues { $0.sorted() }
  }

  /// An error answer has no events; its body is read where it is judged.
  private static func read(_ exchange: Exchange, dialect: any Dialect, streamWanted: Bool)
    -> StreamReading
  {
    guard (200..<300).contains(exchange.status) else { return StreamReading() }
    return streamWanted ? dialect.read(exchange.body) : dialect.readWhole(exchange.body)
  }

  /// An event has arrived when the read with its last byte has.
  private static func arrival(of event: NeutralEvent, in exchange: Exchange) -> (Instant, UInt32) {
    guard let read = exchange.timeline.read(at: max(event.start, event.end - 1)) else {
      return (exchange.ended, 0)
    }
    return (read.instant, read.wake)
  }

  package var ordinal: Int { exchange.ordinal }
  /// About what keeping it costs: the bytes themselves, and marks and events by their number.
  package var bytes: Int {
    provider.reduce(2 * exchange.body.count + 48 * exchange.timeline.reads.count) {
      $0 + $1.body.count + $1.head.count + 64 * $1.writes.count
    } + 160 * (output.count + tokens.arrivals.count) + 2_048
  }
  /// The zero of every duration: when the request left, or was handed over if that is unknown.
  package var sent: Instant { exchange.sent ?? exchange.started }
  package var succeeded: Bool { end == .done }
  package var isSuccessStatus: Bool { (200..<300).contains(exchange.status) }

  /// The response's media type in lower case without parameters; empty without a field.
  package var mediaType: String { Classification.mediaType(of: exchange) }

  /// The try whose answer the client got: the last one answered with 2xx, else the last one.
  package var answer: ProviderExchange? {
    provider.last { (200..<300).contains($0.status) } ?? provider.last
  }

  /// The text of the answer, reasoning left out.
  package var text: [UInt8] {
    output.flatMap { $0.kind == .text ? $0.bytes : [] }
  }

  /// Every usage report of the answer in order, repetitions of the same numbers left out.
  package var usages: [TokenUsage] {
    var seen: [TokenUsage] = []
    for case .usage(let usage) in reading.events.map(\.kind) where seen.last != usage {
      seen.append(usage)
    }
    return seen
  }

  /// When the provider wrote what arrived as this token; with several tries the write that can
  /// have brought it, the last one before the arrival.
  package func written(_ token: TokenFindings.Arrival) -> Instant? {
    guard let instants = writes[token.number] else { return nil }
    return instants.last { $0 <= token.instant } ?? instants.first
  }
}
