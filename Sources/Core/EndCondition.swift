/// How a stream ended, as a client can tell it; closed, and the keys of `exchanges.byEnd`.
package enum EndCondition: String, Hashable, Sendable, CaseIterable, Codable {
  /// 2xx, output, the dialect's terminal marker, no error in it, framing complete.
  case done
  /// Framing complete, but the terminal marker never came.
  case eofWithoutTerminator = "eof-without-terminator"
  /// The connection ended before the framing did.
  case premature
  /// The peer reset the connection or the HTTP/2 stream.
  case reset
  case refused
  case dnsFailure = "dns-failure"
  case connectFailed = "connect-failed"
  case tlsFailure = "tls-failure"
  case timeoutConnect = "timeout-connect"
  case timeoutTLS = "timeout-tls"
  case timeoutFirstByte = "timeout-first-byte"
  case timeoutIdle = "timeout-idle"
  /// Bytes kept coming, but the answer did not end in time.
  case timeoutTotal = "timeout-total"
  /// An error inside a stream that had begun with 200.
  case errorEvent = "error-event"
  /// A status outside 2xx.
  case httpError = "http-error"
  /// A 2xx whose body is no event stream (HTML, JSON, nothing).
  case notAStream = "not-a-stream"
  /// A stream with frames that do not parse, or a line beyond `Limits.lineBytes`.
  case malformed
  /// A complete stream without a single output event.
  case noOutput = "no-output"
  /// The body exceeded `Limits.bodyBytes`.
  case tooLarge = "too-large"
  /// The client left on purpose, as the scenario says.
  case cancelled
  /// The run was interrupted while the stream was under way.
  case interrupted
  /// The harness had no room for it: an open loop does not wait for answers, and a machine has only
  /// so many descriptors.
  case notSent = "not-sent"
  /// libcurl gave another error; its text stands in the exchange.
  case transportError = "transport-error"
}

/// How the transport of a response ended, before anything in the body was looked at.
package enum TransportEnd: Hashable, Sendable {
  /// The framing was complete (or the response was delimited by the close of the connection).
  case complete
  case failed(EndCondition)
}
