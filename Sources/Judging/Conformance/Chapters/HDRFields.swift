import Core
import Wire

/// The header fields that clients and proxies before them act on.
struct HDRFields: Chapter {
  let checks = [
    ConformanceCheck(
      "HDR-001", "hdr/retry-after", .must, .major,
      requirement: "Retry-After of the provider reaches the client, with its value or a longer one",
      source: "RFC 9110 section 10.2.3", expected: ["Retry-After: 7 or more"],
      mutants: [Mutant("header Retry-After missing"), Mutant("header Retry-After '1'")],
      stimuli: { _ in [429, 503].map(limited) }, judge: .each(retryAfter)),
    ConformanceCheck(
      "HDR-003", "hdr/anti-buffering", .should, .major, needs: .client,
      requirement: "a stream says that it is not to be stored on its way",
      source: "RFC 9111 section 5.2; nginx, X-Accel-Buffering",
      expected: ["Cache-Control with no-cache or no-store, and X-Accel-Buffering: no"],
      mutants: [Mutant("header Cache-Control missing"), Mutant("header Cache-Control 'public'")],
      stimuli: { _ in [.ref] }, judge: .each(antiBuffering)),
    ConformanceCheck(
      "HDR-004", "hdr/request-id", .should, .minor, needs: .client,
      requirement: "every answer and every error names its request, each another",
      source: "OpenAI, x-request-id; Anthropic, request-id",
      expected: ["one id field, with other values in all answers"],
      mutants: [Mutant("header x-request-id missing"), Mutant("header x-request-id 'same'")],
      stimuli: { _ in [several, failing] }, judge: .all(requestIDs)),
    ConformanceCheck(
      "HDR-005", "hdr/small-head", .should, .major, needs: .client,
      requirement: "the head stays within what proxies reserve for one",
      source: "nginx, proxy_buffer_size: 4 KB or 8 KB by default",
      expected: ["at most 4,096 bytes"],
      mutants: [Mutant("header X-Big '\(String(repeating: "b", count: 4_100))'")],
      stimuli: { _ in [.ref] }, judge: .each(smallHead)),
  ]

  private static func limited(_ status: Int) -> Stimulus {
    Stimulus(
      "status \(status) with Retry-After",
      [.error(ErrorStep(status: status, message: "later", retryAfter: 7))])
  }

  private static let several = Stimulus("three answers", .answer(.tokens(3))) { $0.streams = 3 }
  private static let failing = Stimulus(
    "three errors", [.error(ErrorStep(status: 400, message: "no"))]
  ) { $0.streams = 3 }

  private static let retryAfter: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    guard seen.exchange.status == 429 || seen.exchange.status == 503 else {
      return [.skip(.notObservable, "the client got \(Passage.end(seen))")]
    }
    guard let value = seen.exchange.header("Retry-After") else { return [.fail("no Retry-After")] }
    // A date is as good: it cannot be told here by how much it was meant to be later.
    guard let seconds = Int(value) else { return value.contains("GMT") ? [] : [.fail(value)] }
    return seconds >= 7 ? [] : [.fail("Retry-After: \(seconds)")]
  }

  private static let antiBuffering: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let cache = (seen.exchange.header("Cache-Control") ?? "").lowercased()
    guard cache.contains("no-cache") || cache.contains("no-store") else {
      return [.fail(cache.isEmpty ? "no Cache-Control" : "Cache-Control: \(cache)")]
    }
    let accel = (seen.exchange.header("X-Accel-Buffering") ?? "").lowercased()
    return accel == "no" ? [] : [.warn("no X-Accel-Buffering: no")]
  }

  /// Names of id fields that vendors document; any other name with both words counts as well.
  private static func id(_ observation: Observation) -> String? {
    let field = observation.exchange.headers.first { field in
      let name = field.name.lowercased()
      return ["x-generation-id", "x-litellm-call-id", "apim-request-id"].contains(name)
        || name.contains("request-id") || name.contains("requestid")
    }
    return field?.value
  }

  private static let requestIDs: @Sendable ([Passage]) -> [Finding] = { passages in
    var found: [Finding] = []
    for passage in passages {
      let ids = passage.seen.map(id)
      if let without = zip(passage.seen, ids).first(where: { $1 == nil }) {
        found.append(.fail("\(passage.stimulus.name): no id in the head", in: without.0))
      }
      let known = ids.compactMap { $0 }
      if Set(known).count < known.count {
        found.append(
          .fail("\(passage.stimulus.name): one id for several", in: passage.seen.first))
      }
    }
    return found
  }

  private static let smallHead: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    // The status line, and for each field a colon, a space and a line end.
    let size = seen.exchange.headers.reduce(17) {
      $0 + $1.name.utf8.count + $1.value.utf8.count + 4
    }
    return size <= 4_096 ? [] : [.fail("a head of \(size) bytes")]
  }
}
