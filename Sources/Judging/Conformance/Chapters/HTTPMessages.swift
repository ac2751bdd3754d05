import Core
import Wire

/// Heads and framing of messages.
struct HTTPMessages: Chapter {
  let checks = [
    ConformanceCheck(
      "HTTP-001", "http/media-type", .must, .major, needs: .client,
      requirement: "a stream is answered with 200 and the media type of its format",
      source: "WHATWG HTML section 9.2.2; Open Responses; mistralai and openrouter refuse others",
      expected: ["200 and text/event-stream, or what the format has instead"],
      mutants: [Mutant("content-type 'application/json'"), Mutant("content-type")],
      stimuli: { _ in [.ref] },
      judge: .each { seen, passage in
        guard seen.exchange.status == 200 else {
          return [.fail("the exchange ended with \(Passage.end(seen))")]
        }
        let type = seen.mediaType
        return passage.pair.face.isStream(mediaType: type)
          ? [] : [.fail(type.isEmpty ? "no media type" : "the media type \(type)")]
      }),
    ConformanceCheck(
      "HTTP-002", "http/complete-framing", .must, .critical, needs: .client,
      requirement: "the body is framed to its end",
      source: "RFC 9112 section 8, RFC 9113 section 8.1.1",
      expected: ["chunks or a length", "the close of the connection (a warning)"],
      mutants: [Mutant("missing-last-chunk"), Mutant("chunk-size-garbage at event(3)")],
      stimuli: { _ in [.ref] },
      judge: .each { seen, _ in
        guard seen.exchange.transport == .complete, seen.isSuccessStatus else {
          return [.fail("the exchange ended with \(Passage.end(seen))")]
        }
        let isFramed =
          seen.exchange.header("transfer-encoding") != nil
          || seen.exchange.header("content-length") != nil
        return isFramed || !seen.exchange.httpVersion.hasPrefix("1.")
          ? [] : [.warn("framed by the close of the connection: a cut would look like an end")]
      }),
    ConformanceCheck(
      "HTTP-003", "http/own-length", .must, .critical,
      requirement: "a Content-Length of the provider is not copied to another body",
      source: "RFC 9112 section 6.3, RFC 9113 section 8.1.1",
      expected: ["a length that is right, or chunks"],
      mutants: [Mutant("conflicting-framing length=10"), Mutant("wrong-content-length less=50")],
      stimuli: { _ in [.ref("a Content-Length instead of chunks", faults: "whole-body")] },
      judge: .each { seen, passage in
        let hasBoth =
          seen.exchange.header("transfer-encoding") != nil
          && seen.exchange.header("content-length") != nil
        return passage.fidelity(seen)
          + (hasBoth ? [.fail("both Content-Length and Transfer-Encoding")] : [])
      }),
    ConformanceCheck(
      "HTTP-004", "http/hop-by-hop", .must, .minor,
      requirement: "fields that are about the provider's connection are not passed on",
      source: "RFC 9110 section 7.6.1, RFC 9113 section 8.2.2",
      expected: ["none of X-Hop, Keep-Alive: timeout=7, Connection: X-Hop"],
      baseline: .shows { seen, _ in seen.exchange.header("x-hop") == nil ? "no X-Hop came" : nil },
      mutants: [Mutant("header X-Hop '1'"), Mutant("header Keep-Alive 'timeout=7'")],
      stimuli: { _ in
        [
          .ref(
            "Connection: close, X-Hop, and both fields",
            faults: "header Connection 'close, X-Hop'", "header X-Hop '1'",
            "header Keep-Alive 'timeout=7'")
        ]
      },
      judge: .each { seen, _ in
        guard seen.isSuccessStatus else {
          return [.fail("the exchange ended with \(Passage.end(seen))")]
        }
        var found: [Finding] = []
        if seen.exchange.header("x-hop") != nil { found.append(.fail("X-Hop")) }
        if seen.exchange.header("keep-alive") == "timeout=7" {
          found.append(.fail("Keep-Alive: timeout=7"))
        }
        if seen.exchange.header("connection")?.lowercased().contains("x-hop") == true {
          found.append(.fail("Connection: X-Hop"))
        }
        return found
      }),
    ConformanceCheck(
      "HTTP-005", "http/chunk-boundaries", .must, .critical,
      requirement: "where the provider cuts its chunks and writes means nothing",
      source: "RFC 9112 section 7.1", expected: ["the same events"],
      mutants: [Mutant("drop-event at event(7)"), Mutant("chunk-size-garbage at event(5)")],
      stimuli: { _ in
        [
          .ref("a byte at a time", faults: "slice 1", repeats: true),
          .ref("pieces that cut lines and JSON", faults: "slice 37 variation=30", repeats: true),
          .ref("all of it in one write", faults: "coalesce 1MB within=2s"),
        ]
      },
      judge: .each { seen, passage in passage.fidelity(seen) }),
    ConformanceCheck(
      "HTTP-006", "http/interim-responses", .must, .minor,
      requirement: "1xx responses before the answer are tolerated", source: "RFC 9110 section 15.2",
      expected: ["the answer"], mutants: [Mutant("status 502"), Mutant("drop-event at event(7)")],
      stimuli: { _ in
        [
          .ref("103 before the answer", faults: "informational 103"),
          .ref("100 before the answer, twice", faults: "informational 100 count=2"),
        ]
      },
      judge: .each(interim)),
  ]

  /// An answer that is cut short without a word is worse than one that is refused.
  private static let interim: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    // RFC 9110 section 15.2: nobody may send 1xx to a client of HTTP/1.0.
    if seen.provider.last?.isOldHTTP == true {
      return [.skip(.notObservable, "the relay asks the provider by HTTP/1.0, which has no 1xx")]
    }
    let found = passage.fidelity(seen)
    guard seen.isSuccessStatus, seen.exchange.transport == .complete else { return found }
    return found.map { .fail($0.words, .critical) }
  }
}

extension ProviderExchange {
  /// Whether the request was one of HTTP/1.0.
  var isOldHTTP: Bool {
    head.prefix { $0 != 0x0D && $0 != 0x0A }.suffix(8).elementsEqual("HTTP/1.0".utf8)
  }
}
