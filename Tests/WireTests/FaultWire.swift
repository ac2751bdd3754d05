import Core

import Wire

/// A connection in virtual time: feeds a pipeline, fires its deadlines on the nanosecond, and keeps
/// what came out.
struct FaultWire {
  var pipeline: FaultPipeline
  private(set) var now = Instant(nanoseconds: 1_000)
  /// What passed, and when each byte did.
  private(set) var passed: [UInt8] = []
  private(set) var instants: [Instant] = []
  private(set) var strikes: [FaultStrike] = []
  /// How much had passed at each strike.
  private(set) var passedAtStrike: [Int] = []
  private(set) var ends: [FaultPipeline.Action] = []
  /// What passed from client to server.
  private(set) var asked: [UInt8] = []
  private(set) var settled: [FaultPipeline.Action] = []
  /// Each write to the client.
  private(set) var writes: [[UInt8]] = []
  var requests = 0
  /// Whether bytes take the short way where they may, and how many reads did.
  var takesShortWay = false
  private(set) var passages = 0

  init(
    _ rules: [FaultRule], leg: Leg = .b, seed: UInt64 = 7, connection: Int = 0,
    reading: FaultPipeline.Reading = .http
  ) {
    pipeline = FaultPipeline(
      rules: FaultPipeline.installed(rules, leg: leg), seed: seed, connection: connection,
      reading: reading, dialect: Dialects.named("openai-chat"))
    take(pipeline.open(at: now))
  }

  /// Lets time go on, through every deadline.
  mutating func wait(_ time: Nanoseconds) { wait(until: now + time) }

  mutating func wait(until end: Instant) {
    while let due = pipeline.nextDue, due <= end {
      now = max(now, due)
      take(pipeline.timerFired(at: now))
    }
    now = max(now, end)
  }

  mutating func receive(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    if takesShortWay, pipeline.pass(bytes.span, .downstream) != nil {
      passages += 1
      take([.send(.downstream, bytes[...])])
    } else {
      take(pipeline.fromServer(bytes, at: now))
    }
  }

  mutating func ask(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    if takesShortWay, pipeline.pass(bytes.span, .upstream) != nil {
      take([.send(.upstream, bytes[...])])
    } else {
      take(pipeline.fromClient(bytes, at: now, requests: &requests))
    }
  }

  mutating func install(_ literal: String, id: Int) { install(.b(literal), id: id) }

  mutating func install(_ rule: FaultRule, id: Int) {
    take(pipeline.install(rule, id: id, at: now))
  }

  mutating func update(_ literal: String, id: Int) { update(.b(literal), id: id) }

  mutating func update(_ rule: FaultRule, id: Int) {
    take(pipeline.update(rule, id: id, at: now))
  }

  mutating func withdraw(id: Int) { take(pipeline.withdraw(id: id, at: now)) }

  mutating func finish(reset: Bool = false) {
    take(pipeline.endOfStream(.downstream, reset: reset, at: now))
  }

  mutating func tell(events: Int, bytes: Int, _ nonce: Nonce) {
    take(pipeline.clientDecoded(events: events, bytes: bytes, nonce: nonce, at: now))
  }

  private mutating func take(_ actions: [FaultPipeline.Action]) {
    for action in actions {
      switch action {
      case .send(.upstream, let bytes): asked += bytes
      case .send(.downstream, let bytes):
        passed += bytes
        writes.append(Array(bytes))
        instants += Array(repeating: now, count: bytes.count)
      case .struck(let strike):
        strikes.append(strike)
        passedAtStrike.append(passed.count)
      case .settled: settled.append(action)
      case .finish, .abort, .close, .reset, .refuse, .ignore: ends.append(action)
      }
    }
  }
}

/// Answers as bytes, with the places that tests ask for.
enum FaultAnswers {
  static let head = Array(
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)

  /// A chunked event stream, one chunk an event, a comment before the second, and the raw offsets
  /// just past the last byte of each event.
  static func stream(_ events: Int) -> (bytes: [UInt8], ends: [Int]) {
    var bytes = head
    var ends: [Int] = []
    for number in 1...events {
      if number == 2 { bytes += chunk(": keep-alive\n\n") }
      let text = "data: {\"n\":\(number)}\n\n"
      bytes += chunk(text)
      ends.append(bytes.count - 2)
    }
    bytes += Array("0\r\n\r\n".utf8)
    return (bytes, ends)
  }

  static func chunk(_ text: String) -> [UInt8] {
    Array("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n".utf8)
  }

  static func request(_ nonce: Nonce) -> [UInt8] {
    Array("POST /v1 HTTP/1.1\r\nContent-Length: 32\r\n\r\n\(nonce.promptMarker)".utf8)
  }
}

extension FaultRule {
  /// A rule for leg B as it is written; what is wrong in it ends the test.
  static func b(_ literal: String) -> FaultRule {
    do {
      return try FaultRule(literal, leg: .b)
    } catch {
      fatalError("\(literal): \(error)")
    }
  }
}

/// The bytes in every way of being cut that tests use: whole, in pieces of 1, 2 and 3, and at
/// every place in two.
func everyCut(_ bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
  var cuts: [[ArraySlice<UInt8>]] = [[bytes[...]]]
  for size in 1...3 {
    cuts.append(
      stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] })
  }
  for place in 1..<bytes.count { cuts.append([bytes[..<place], bytes[place...]]) }
  return cuts
}
