import Core
import Wire

/// Errors of the provider, before the stream and inside it, keep their meaning.
struct FLTErrors: Chapter {
  let checks = [
    ConformanceCheck(
      "FLT-007", "flt/error-in-stream", .must, .critical,
      requirement:
        "an error inside the stream reaches the client as one, with its message, behind the text that"
        + " came before it",
      source: "the error objects of OpenAI, Anthropic, OpenRouter and vLLM inside a stream",
      expected: [
        "an error that the SDK of the clients' format raises on",
        "the provider's own words as they came (a warning where no SDK raises on them)",
      ],
      baseline: .shows(tellsError),
      mutants: [Mutant("replace 'error' 'status'"), Mutant("drop-event at event(7)")],
      stimuli: stimuli, judge: .each(inStream)),
    ConformanceCheck(
      "FLT-009", "flt/error-status", .must, .major,
      requirement:
        "an HTTP error of the provider stays an error of the same kind, retryable or not, with a body"
        + " in the clients' format",
      source: "RFC 9110 section 15; the statuses that the SDKs try again: 408, 409, 429 and 5xx",
      expected: [
        "the same status and an error object", "another of the same kind (a warning)",
        "a page as it came (a warning)",
      ],
      baseline: .shows(isError), mutants: [Mutant("status 400"), Mutant("fake-ok json-error")],
      stimuli: { _ in statuses + [page] }, judge: .each(status)),
  ]

  // MARK: FLT-007

  private static let message = "scripted error of the upstream"

  private static let stimuli: @Sendable (Pair) -> [Stimulus] = { pair in
    let error = ErrorStep(
      status: 500, type: "server_error", message: message, code: "upstream_broke")
    let own = Stimulus.after5("an error in the provider's format", [.errorEvent(error)])
    guard pair.upstream.name == Dialects.usual.name else { return [own] }
    let forms = [
      (
        "OpenRouter's chunk with an error",
        #"data: {"id":"gen-1","object":"chat.completion.chunk","created":1,"model":"m","#
          + #""provider":"p","error":{"code":"server_error","message":"MESSAGE"},"#
          + #""choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}"#
      ),
      (
        "vLLM's flat error",
        #"data: {"object":"error","message":"MESSAGE","type":"BadRequestError","code":400}"#
      ),
      (
        "an event named error",
        "event: error\n"
          + #"data: {"error":{"message":"MESSAGE","type":"server_error","code":"upstream_broke"}}"#
      ),
    ]
    return [own]
      + forms.map { name, text in
        let bytes = Array((text + "\n\n").utf8).replacing("MESSAGE".utf8, with: message.utf8)
        return .after5(name, [.raw(bytes)])
      }
  }

  private static let tellsError: @Sendable (Observation, Passage) -> String? = { seen, _ in
    seen.exchange.body.contains(Array(message.utf8))
      ? nil : "the error did not arrive (\(Passage.end(seen)))"
  }

  private static let inStream: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    let isTold = seen.exchange.body.contains(Array(message.utf8))
    switch seen.end {
    case .errorEvent, .httpError:
      let lost = passage.lostTokens(seen, of: 5)
      var found: [Finding] = isTold ? [] : [.warn("the message of the error is lost")]
      if seen.end == .errorEvent, lost > 0 {
        found.append(.fail("\(lost) of the 5 tokens before the error are lost", .major))
      }
      return found
    case .premature, .reset, .transportError:
      return isTold ? [] : [.warn("broken framing instead of the error")]
    case .timeoutIdle, .timeoutTotal, .timeoutFirstByte:
      return [.fail("hang: the client had to time out", .major)]
    default: break
    }
    let facts = Seen(seen.reading)
    if facts.terminator || facts.finish {
      return [.fail("laundered: an ordinary end where the error was")]
    }
    return isTold
      ? [.warn("passed on as it came, which the SDK does not raise on")]
      : [.fail("silent: the stream just ends where the error was", .major)]
  }

  // MARK: FLT-009

  private static let statuses = [
    400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529,
  ].map { status in
    Stimulus("status \(status)", [.error(ErrorStep(status: status, message: message))])
  }
  private static let page = Stimulus.ref("status 502 with a page", faults: "status 502 body=html")

  private static let isError: @Sendable (Observation, Passage) -> String? = { seen, _ in
    seen.end == .httpError ? nil : "ended with \(Passage.end(seen))"
  }

  private static let status: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    guard let sent = passage.direct.first?.exchange.status else { return [] }
    guard seen.end == .httpError else {
      return [.fail("\(Passage.end(seen)) instead of status \(sent)")]
    }
    let status = seen.exchange.status
    var found: [Finding] = []
    if ErrorsStatus.isRetryable(status) != ErrorsStatus.isRetryable(sent) {
      found.append(.fail("\(sent) became \(status), which clients treat differently"))
    } else if status != sent {
      found.append(.warn("\(sent) became \(status)"))
    }
    if seen.dialect.readError(seen.exchange.body) == nil {
      let isSame = seen.exchange.body == passage.direct.first?.exchange.body
      found.append(
        isSame
          ? .warn("the body is no error of the format, as it came")
          : .fail("the body is no error object of the format"))
    }
    return found
  }
}

extension Passage {
  /// How many of the first tokens of the script did not arrive.
  func lostTokens(_ observation: Observation, of count: Int) -> Int {
    (0..<count).count { !observation.tokens.numbers.contains($0) }
  }
}
