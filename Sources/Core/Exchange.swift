/// One request as the client saw it, raw: nothing in it was interpreted while it ran.
package struct Exchange: Sendable {
  package var ordinal: Int
  package var nonce: Nonce
  package var warmup: Bool
  /// When the plan wanted the request, when it was handed to libcurl, and when the connection was
  /// ready and the request left (nil if it never did).
  package var intended: Instant
  package var started: Instant
  package var sent: Instant?
  package var ended: Instant
  /// When the client hung up, if it did.
  package var left: Instant?
  /// Name lookup plus TCP connect, and TLS handshake; zero on a reused connection.
  package var connectTime: Nanoseconds
  package var tlsTime: Nanoseconds
  package var reused: Bool
  /// 0 if no final response head came.
  package var status: Int
  /// "1.0", "1.1", "2", as the response line said.
  package var httpVersion: String
  /// When the final response head was complete.
  package var headAt: Instant?
  package var headers: [HeaderField]
  /// The decoded body (content coding removed); at most `Limits.bodyBytes`, else the exchange ends.
  package var body: [UInt8]
  package var timeline: Timeline
  package var transport: TransportEnd
  /// libcurl's or our own words for a failure, without secrets.
  package var detail: String

  package init(ordinal: Int, nonce: Nonce, warmup: Bool, intended: Instant, started: Instant) {
    self.ordinal = ordinal
    self.nonce = nonce
    self.warmup = warmup
    self.intended = intended
    self.started = started
    ended = started
    connectTime = .zero
    tlsTime = .zero
    reused = false
    status = 0
    httpVersion = ""
    headers = []
    body = []
    timeline = Timeline()
    transport = .failed(.transportError)
    detail = ""
  }

  /// The value of the last field of that name (names compare case-insensitively), or nil.
  package func header(_ name: String) -> String? {
    headers.last { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// A field of a message head, as it came.
package struct HeaderField: Hashable, Sendable, Codable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// One request as the scripted provider saw it, and what it played.
package struct ProviderExchange: Sendable {
  /// Nil for requests that carry no nonce (probes of the relay).
  package var nonce: Nonce?
  package var connection: Int
  package var method: String
  package var path: String
  package var head: [UInt8]
  package var body: [UInt8]
  package var receivedAt: Instant
  /// The text that the script sends in all, and how many tokens it has.
  package var tokensPlanned: Int
  /// How many tokens the request asked for, of a script whose length it says.
  package var tokensAsked: Int?
  /// What each token says, of an answer that was recorded; empty for scripted text.
  package var texts: [[UInt8]]
  package var wantsStream: Bool
  package var wantsUsage: Bool
  /// The usage that was to be reported, with the counts of this request.
  package var usage: UsageStep?
  /// The dialect in which the request was understood; empty if it was in none.
  package var dialect = ""
  /// When the response head was handed to the kernel, and its status (0: none was sent).
  package var headAt: Instant?
  package var status: Int
  package var writes: [WriteMark]
  package var end: ProviderEnd
  package var endedAt: Instant
  /// Whether the peer read too slowly at some time: what was then written after its due instant
  /// waited for the peer, not for the harness.
  package var blocked: Bool
  /// When the provider saw the relay close or reset this request's connection before its answer
  /// was complete.
  package var peerClosedAt: Instant?

  package init(connection: Int, method: String, path: String, receivedAt: Instant) {
    nonce = nil
    self.connection = connection
    self.method = method
    self.path = path
    head = []
    body = []
    self.receivedAt = receivedAt
    tokensPlanned = 0
    texts = []
    wantsStream = false
    wantsUsage = false
    headAt = nil
    status = 0
    writes = []
    end = .unfinished
    endedAt = receivedAt
    blocked = false
    peerClosedAt = nil
  }
}

/// How the provider's side of an exchange ended.
package enum ProviderEnd: String, Hashable, Sendable, Codable {
  /// Everything was played and the framing ended cleanly.
  case finished
  /// The script cut it: FIN inside the framing, or RST.
  case closed, reset
  /// The peer went away first.
  case peerClosed = "peer-closed"
  case peerReset = "peer-reset"
  /// The run ended before the script did (a stall for ever, for instance).
  case unfinished
}
