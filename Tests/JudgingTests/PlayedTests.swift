import Core
import Judging
import Testing
import Wire

/// Scripts played in the real dialect through relays that are functions of its bytes.
@Suite struct PlayedTests {
  /// What the relay makes of the provider's body, and how it ends the client's.
  struct Relay {
    var delay = Nanoseconds.milliseconds(1)
    var cut = Int.max
    var appended: [UInt8] = []
    var transport = TransportEnd.complete
  }

  static func play(_ steps: [Step], ordinal: Int = 0, stream: Bool = true, relay: Relay = Relay())
    -> Observation
  {
    let nonce = Nonce(seed: 3, ordinal: ordinal)
    let zero = Instant(nanoseconds: 9_000_000_000)
    let request = ProviderRequest(model: "m", stream: stream, usage: true, nonce: nonce)
    var player = ScriptPlayer(
      script: ProviderScript(steps: steps), request: request, dialect: OpenAIChat(), seed: 3)
    var provider = ProviderExchange(
      connection: 1, method: "POST", path: "/v1/chat/completions", receivedAt: zero)
    provider.tokensPlanned = player.tokensPlanned
    provider.wantsStream = stream
    provider.wantsUsage = true
    var exchange = Exchange(
      ordinal: ordinal, nonce: nonce, warmup: false, intended: zero, started: zero)
    exchange.sent = zero
    var now = zero
    var wake: UInt32 = 0
    func arrive(_ bytes: [UInt8]) {
      let kept = Array(bytes.prefix(max(0, relay.cut - exchange.body.count)))
      guard !kept.isEmpty else { return }
      wake += 1
      exchange.timeline.append(
        ReadMark(
          instant: now + relay.delay, offset: exchange.body.count, length: kept.count, wake: wake))
      exchange.body += kept
    }
    func answer(_ status: Int, _ type: String) {
      provider.headAt = now
      provider.status = status
      exchange.headAt = now + relay.delay
      exchange.status = status
      exchange.headers = [HeaderField(name: "Content-Type", value: type)]
    }
    while let action = player.next() {
      now = action.due.map { zero + $0 } ?? now
      switch action {
      case .head: answer(200, OpenAIChat().streamMediaType)
      case .write(let bytes, let kind, _):
        provider.writes.append(
          WriteMark(kind: kind, instant: now, due: now, length: bytes.count))
        arrive(bytes)
      case .recorded(let read, _):
        provider.texts += read.events.map(\.text).filter { !$0.isEmpty }
        provider.writes += read.events.map {
          WriteMark(kind: $0.kind, instant: now, due: now, length: $0.length)
        }
        arrive(read.bytes)
      case .whole(let status, let headers, let body, _):
        answer(status, "application/json")
        exchange.headers += headers
        provider.writes.append(
          WriteMark(kind: .whole, instant: now, due: now, length: body.count))
        arrive(body)
        provider.end = .finished
      case .close: provider.end = .closed
      case .reset: provider.end = .reset
      case .end: provider.end = .finished
      case .stallForever: provider.end = .unfinished
      }
    }
    provider.endedAt = now
    if !relay.appended.isEmpty { arrive(relay.appended) }
    exchange.transport = relay.transport
    exchange.ended = now + relay.delay
    return Observation(
      exchange: exchange, provider: [provider], faults: [], dialect: OpenAIChat(),
      streamWanted: stream)
  }

  private func record(_ steps: [Step], _ observations: [Observation], stream: Bool = true)
    -> [String: Verdict]
  {
    let record = Judge.target(
      dialect: OpenAIChat(),
      scenario: Scenario(
        name: "played", provider: ProviderScript(steps: steps), traffic: Traffic(stream: stream)),
      observations: observations)
    return Dictionary(uniqueKeysWithValues: record.verdicts.map { ($0.id, $0) })
  }

  @Test(arguments: [true, false]) func aFaithfulRelayPassesEverything(stream: Bool) {
    let steps = ProviderScript.plainSteps
    let verdicts = record(
      steps, (0..<5).map { Self.play(steps, ordinal: $0, stream: stream) }, stream: stream)
    for verdict in verdicts.values {
      #expect(verdict.verdict == .pass || verdict.verdict == .skip, "\(verdict)")
    }
    for id in ["fidelity/events", "fidelity/content", "fidelity/usage", "http/early-status"] {
      #expect(verdicts[id]?.verdict == .pass)
    }
    #expect(verdicts["fidelity/buffering"]?.verdict == (stream ? .pass : .skip))
  }

  /// Whatever is cut, and however cleanly: only the whole stream is a success.
  @Test func cutAtEveryByte() {
    let steps: [Step] = [
      .role("assistant"), .text(TextStep(tokens: 3, gap: .zero)), .finish("stop"),
      .usage(UsageStep()), .done,
    ]
    let whole = Self.play(steps)
    #expect(whole.succeeded)
    for cut in 0..<whole.exchange.body.count {
      for transport in [TransportEnd.complete, .failed(.premature)] {
        let part = Self.play(steps, relay: Relay(cut: cut, transport: transport))
        #expect(!part.succeeded, "cut at byte \(cut)")
      }
    }
  }

  /// What LiteLLM does with a provider that ends cleanly in the middle.
  @Test func launderedEndIsCaught() {
    let steps: [Step] = [
      .role("assistant"), .text(TextStep(tokens: 5, gap: .constant(.milliseconds(10)))),
    ]
    let request = ProviderRequest(model: "m", stream: true, usage: true, nonce: nil)
    var relay = Relay()
    #expect(record(steps, [Self.play(steps)])["faults/truncation"]?.verdict == .warn)
    for event in [ScriptedEvent.finish("stop"), .usage(UsageStep()), .terminator] {
      relay.appended += OpenAIChat().event(event, for: request)
      let verdict = record(steps, [Self.play(steps, relay: relay)])["faults/truncation"]
      #expect(verdict?.verdict == .fail)
      #expect(verdict?.actual.contains("fabricated 1") == true)
    }
    relay.appended = OpenAIChat().event(.error(ErrorStep()), for: request)
    #expect(
      record(steps, [Self.play(steps, relay: relay)])["faults/truncation"]?.verdict == .pass)
  }

  @Test func anErrorStatusPassedOn() {
    let steps: [Step] = [.error(ErrorStep(status: 429, retryAfter: 7))]
    let verdict = record(steps, [Self.play(steps)])["errors/status"]
    #expect(verdict?.verdict == .pass, "\(verdict?.actual ?? "")")
  }

  @Test func aWholeAnswerThatIsNeverBegun() {
    let steps: [Step] = [.text(TextStep(tokens: 2, gap: .zero)), .stall(nil), .done]
    let relay = Relay(transport: .failed(.timeoutFirstByte))
    let verdict = record(
      steps, [Self.play(steps, stream: false, relay: relay)], stream: false)["faults/stall"]
    #expect(verdict?.verdict == .warn, "\(verdict?.actual ?? "")")
  }
}
