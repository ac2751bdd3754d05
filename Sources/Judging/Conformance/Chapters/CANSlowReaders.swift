import Core
import Wire

/// Clients that do not read: what a relay keeps for them has to be bounded.
struct CANSlowReaders: Chapter {
  /// What one event says.
  private static let piece = 64 << 10
  private static let bound = 32 << 20
  private static let most = 128 << 20

  let checks = [
    ConformanceCheck(
      "CAN-005", "can/not-reading", .should, .major,
      requirement: "for a client that does not read, the provider is soon not read either",
      source: "gateways that ran out of memory behind slow clients",
      expected: ["at most 32 MiB taken in", "at most 128 MiB (a warning)"],
      mutants: [Mutant("timeout 60s")],
      stimuli: { pair in
        [flood("a client that does not read for 15 s, before 200 MiB", pair, 200 << 20)]
      },
      judge: .each(taken))
  ]

  /// Events that differ, since a relay may end a stream that repeats itself; written beforehand, so
  /// that the provider is no slower than the relay.
  private static func flood(_ name: String, _ pair: Pair, _ bytes: Int) -> Stimulus {
    let request = ProviderRequest(model: "m", stream: true, usage: true, nonce: nil)
    let filling = [UInt8](repeating: UInt8(ascii: "x"), count: piece)
    let events = (0..<8).map { number in
      var event = pair.upstream.event(.text("\(number) of many"), for: request)
      // Amazon's messages say how long they are, and are sent as they are, many more of them.
      if pair.upstream.name != "bedrock" { event.replace(Array("many".utf8), with: filling) }
      return Step.raw(event)
    }
    let all = (0..<(bytes / piece)).map { events[$0 % events.count] }
    return Stimulus(
      name, [.role("assistant")] + all + [Step].ending, company: .alone, isSlow: true
    ) {
      $0.stopsReading = true
      $0.leave = .time(.seconds(15))
    }
  }

  private static let taken: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    guard let request = seen.provider.last else {
      return [.skip(.notObservable, "the request never reached the provider: \(Passage.end(seen))")]
    }
    let bytes = request.writes.reduce(0) { $0 + $1.length }
    let words = "\(bytes >> 20) MiB were taken from the provider"
    if bytes > most { return [.fail(words)] }
    return bytes > bound ? [.warn(words)] : []
  }
}
