import Core
import Judging
import Wire

/// One exchange in virtual time, both sides of it, to be bent by a test before it is observed.
/// Times are milliseconds since the request was intended.
struct Scene {
  struct Line {
    var text: String
    var at: Double
  }

  var ordinal = 0
  var warmup = false
  var streamWanted = true
  var status = 200
  var headers = [HeaderField(name: "Content-Type", value: "text/event-stream; charset=utf-8")]
  var headAt: Double? = 22
  /// What the client reads; lines with the same time come in one read.
  var lines: [Line] = []
  /// Bytes after the lines, in a read of their own.
  var tail = ""
  var transport = TransportEnd.complete
  var ended = 1000.0
  var left: Double?
  /// The last try at the provider; nil when the relay never got there.
  var provider: ProviderExchange? = ProviderExchange(
    connection: 1, method: "POST", path: "/v1/chat/completions", receivedAt: ms(2))
  var earlier: [ProviderExchange] = []
  var faults: [FaultRecord] = []

  var nonce: Nonce { Nonce(seed: 7, ordinal: ordinal) }

  static func ms(_ time: Double) -> Instant {
    Instant(nanoseconds: 5_000_000_000 + Int64((time * 1_000_000).rounded()))
  }

  /// A healthy answer: role at 20 ms, tokens `gap` apart, then finish, usage and marker; the relay
  /// passes on each event at the time that `relay` makes of its write.
  static func healthy(
    _ ordinal: Int = 0, tokens: Int = 20, gap: Double = 50,
    relay: (Double) -> Double = { $0 + 2 }
  ) -> Scene {
    var scene = Scene()
    scene.ordinal = ordinal
    scene.provider?.tokensPlanned = tokens
    scene.provider?.wantsStream = true
    scene.provider?.wantsUsage = true
    scene.answer(at: 20)
    scene.pass(.role, "r assistant", at: 20, relay)
    var time = 20.0
    for number in 0..<tokens {
      time = 20 + gap * Double(number)
      scene.pass(.token(number), scene.line(number), at: time, relay)
    }
    scene.pass(.finish, "f stop", at: time, relay)
    scene.pass(.usage, "u 1237 419 1024 311", at: time, relay)
    scene.pass(.done, "d", at: time, relay)
    scene.finish(at: time)
    scene.ended = relay(time) + 1
    return scene
  }

  /// The same, but the provider stops after `tokens` of 20 and ends so.
  static func broken(
    _ ordinal: Int = 0, after tokens: Int = 5, by end: ProviderEnd = .reset, gap: Double = 50,
    transport: TransportEnd = .failed(.premature)
  ) -> Scene {
    var scene = healthy(ordinal, gap: gap)
    scene.provider?.writes.removeSubrange((1 + tokens)...)
    scene.lines.removeSubrange((1 + tokens)...)
    let last = 20 + gap * Double(tokens - 1)
    scene.finish(at: last + 60, end)
    scene.transport = transport
    scene.ended = last + 70
    return scene
  }

  func line(_ number: Int) -> String { "o " + TokenText.token(number, of: nonce) }

  mutating func answer(at time: Double, status: Int = 200) {
    provider?.headAt = Self.ms(time)
    provider?.status = status
  }

  mutating func finish(at time: Double, _ end: ProviderEnd = .finished) {
    provider?.end = end
    provider?.endedAt = Self.ms(time)
    if end == .peerClosed || end == .peerReset { provider?.peerClosedAt = Self.ms(time) }
  }

  mutating func write(_ kind: WriteMark.Kind, at time: Double, due: Double? = nil) {
    provider?.writes.append(
      WriteMark(
        kind: kind, instant: Self.ms(time), due: Self.ms(due ?? time - 0.25), length: 10))
  }

  mutating func pass(
    _ kind: WriteMark.Kind, _ text: String, at time: Double, _ relay: (Double) -> Double
  ) {
    write(kind, at: time)
    lines.append(Line(text: text, at: relay(time)))
  }

  /// A fault on a leg, after so many events had passed.
  mutating func strike(_ kind: String, leg: Leg = .b, at time: Double, events: Int) {
    faults.append(
      FaultRecord(
        leg: leg, rule: "\(kind) at event(\(events))", kind: kind,
        effect: kind == "stall" ? .silences : kind == "pause" ? .delays : .cuts, connection: 3,
        nonce: nonce,
        at: Self.ms(time), bytesBefore: events * 10, eventsBefore: events))
  }

  var exchange: Exchange {
    var exchange = Exchange(
      ordinal: ordinal, nonce: nonce, warmup: warmup, intended: Self.ms(0), started: Self.ms(0.5))
    exchange.sent = Self.ms(1)
    exchange.status = status
    exchange.headers = headers
    exchange.headAt = status == 0 ? nil : headAt.map(Self.ms)
    var wake: UInt32 = 0
    var last = -1.0
    for line in lines + (tail.isEmpty ? [] : [Line(text: tail, at: ended)]) {
      let bytes = Array((line.text + (line.text == tail ? "" : "\n")).utf8)
      if line.at != last { wake += 1 }
      last = line.at
      exchange.timeline.append(
        ReadMark(
          instant: Self.ms(line.at), offset: exchange.body.count, length: bytes.count, wake: wake))
      exchange.body += bytes
    }
    exchange.transport = transport
    exchange.ended = Self.ms(ended)
    exchange.left = left.map(Self.ms)
    return exchange
  }

  var observation: Observation {
    Observation(
      exchange: exchange, provider: earlier + [provider].compactMap(\.self), faults: faults,
      dialect: LineDialect(), streamWanted: streamWanted)
  }
}

/// The verdict of one check on some scenes.
func judge(
  _ id: String, _ scenes: [Scene], topology: TargetRecord.Topology = .twoSided,
  steps: [Step] = ProviderScript.plainSteps, faults: [FaultRule] = [],
  traffic: Traffic = Traffic()
) -> Verdict {
  let scenario = Scenario(
    name: "test", provider: ProviderScript(steps: steps), traffic: traffic, faults: faults)
  let evidence = Evidence(
    topology: topology, dialect: LineDialect(), scenario: scenario,
    observations: scenes.map(\.observation))
  guard let check = Checks.named(id) else { preconditionFailure("no check \(id)") }
  return check.judge(evidence)
}
