import Core

/// The words of a report explained in one sentence each.
enum Glossary {
  /// The measures in the order in which they are read.
  static let measures: [(name: String, meaning: String)] = [
    ("ttft", "Request sent until the last byte of the first event with visible output."),
    (
      "ttft.response",
      "The same from the intended start of the request, so that a late client hides nothing."
    ),
    (
      "ttft.adjusted",
      "ttft over successes and failures together, a failure counted as ∞; only where some failed."
    ),
    ("ttft.any", "Request sent until the first output or reasoning event, whichever came first."),
    ("ttfr", "Request sent until the first event with reasoning output."),
    ("ttfb", "Request sent until the first byte of the body."),
    ("added.ttft", "What the relay added to the first output event (added.chunk of that event)."),
    (
      "added.chunk",
      "Client got the last byte of an event, minus the instant the provider wrote it: what the"
        + " relay and both connections added to each single chunk."
    ),
    (
      "gap",
      "Between the last bytes of two consecutive output events of one stream; events of one read"
        + " are not counted, so that it is never 0 because they were read together."
    ),
    (
      "gap.read",
      "Between two consecutive reads of the socket that brought output, whole events or parts."
    ),
    ("stall", "The longest gap of each stream."),
    (
      "stall.excess",
      "What the gaps of a stream exceed \(Limits.stallThreshold) by, summed over the stream."
    ),
    (
      "coalesced",
      "Share of output events that arrived in the same read as their predecessor although they"
        + " were written apart."
    ),
    (
      "spread",
      "Time between first and last arrival divided by time between first and last write: 1 is a"
        + " stream, 0 is a buffered reply dressed as a stream."
    ),
    ("tpot", "Time per output token after the first: (e2e − ttft) / (tokens − 1)."),
    ("e2e", "Request sent until the end of the stream."),
    ("rate", "Output tokens per second."),
    ("lateness", "How late the harness itself was against its own schedule."),
    ("send", "How much later than planned a request left the client."),
    ("write", "How much later than scheduled the scripted provider wrote an event."),
    (
      "read",
      "How long what could be read waited for its stamp: for the client's thread to wake and for"
        + " what else was ready. Measured by a timer descriptor among its sockets that the kernel"
        + " makes readable at known instants, about 100 a second, Poisson-spaced."
    ),
  ]

  /// The words of the page of money beside milliseconds.
  static let markup: [(name: String, meaning: String)] = [
    ("provider's price", "What the provider's own price list gives at the relay's token counts."),
    (
      "m₁, over the price",
      "What the relay charged over that, minus one: a margin, a cache read billed as fresh input."
    ),
    (
      "m₂, over the count",
      "The provider's price at the relay's counts over that at the counts of the same requests sent"
        + " to the provider itself, minus one: tokens counted twice, a hidden prompt. Of a model that"
        + " answers differently each time, look at the input alone."
    ),
    ("φ, fee", "What buying credit costs, or using one's own key; no answer shows it."),
    ("all in", "(1 + m₁)(1 + m₂)(1 + φ) − 1: spending over the provider's price, minus one."),
    (
      "Pareto front",
      "The relays that no other beats in price and delay; only among these is there a choice."
    ),
    ("added TTFT, added per chunk", "added.ttft and added.chunk of the run reports."),
  ]

  private static let places = Dictionary(
    uniqueKeysWithValues: measures.enumerated().map { ($1.name, $0) })

  /// The names sorted as they are read, unknown ones last by name.
  static func ordered(_ names: some Collection<String>) -> [String] {
    names.sorted { left, right in
      (places[left] ?? Int.max, left) < (places[right] ?? Int.max, right)
    }
  }

  static func meaning(_ measure: String) -> String? {
    places[measure].map { measures[$0].meaning }
  }

  /// What an end condition says about a stream.
  static func meaning(_ end: EndCondition) -> String {
    switch end {
    case .done: "Complete, with output and the terminal marker."
    case .eofWithoutTerminator: "The body ended cleanly, but the terminal marker never came."
    case .premature: "The connection ended before the framing of the body did."
    case .reset: "The peer reset the connection or the stream."
    case .refused: "The connection was refused."
    case .dnsFailure: "The name of the host could not be resolved."
    case .connectFailed: "No connection could be made."
    case .tlsFailure: "The TLS handshake or the verification of the certificate failed."
    case .timeoutConnect: "No connection within the time allowed."
    case .timeoutTLS: "No finished TLS handshake within the time allowed."
    case .timeoutFirstByte: "Not one byte of an answer within the time allowed."
    case .timeoutIdle: "The stream went silent for longer than allowed."
    case .timeoutTotal: "Bytes kept coming, but the stream did not end in the time allowed."
    case .errorEvent: "An error inside a stream that had begun with status 200."
    case .httpError: "A status outside 2xx."
    case .notAStream: "A 2xx answer whose body is no event stream."
    case .malformed: "A stream with frames that do not parse."
    case .noOutput: "A complete stream without a single output event."
    case .tooLarge: "The body was longer than the client takes."
    case .cancelled: "The client left on purpose, as the scenario says."
    case .interrupted: "The run was interrupted while the stream was under way."
    case .notSent: "It was due and could not be sent: too many streams were under way already."
    case .transportError: "Another error of the transport; its text stands with the stream."
    }
  }
}
