import Core
import Testing
import Wire

/// From the lines of a recording to what a replay does, in virtual time.
@Suite struct ReplayTests {
  private static func ms(_ value: Int64) -> Nanoseconds { .milliseconds(value) }
  private static func request(_ target: String, body: String = "") -> String {
    "POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"

  /// A recording of wire traffic, as the proxy writes one.
  private struct Tape {
    var lines = RecordingWriter.header(tool: "", startedAt: "")
    private var recorders: [Int: ConnectionRecorder] = [:]

    mutating func up(_ text: String, _ at: Int64, connection: Int = 1) {
      receive(.upstream, text, at, connection)
    }
    mutating func down(_ text: String, _ at: Int64, connection: Int = 1) {
      receive(.downstream, text, at, connection)
    }
    mutating func end(
      _ direction: FaultDirection, _ how: StreamEnding, _ at: Int64, connection: Int = 1
    ) {
      recorders[connection]?.ended(direction, how: how, at: Self.instant(at), into: &lines)
    }
    mutating func close(_ at: Int64, connection: Int = 1) {
      recorders[connection]?.closed(at: Self.instant(at), into: &lines)
    }

    private mutating func receive(
      _ direction: FaultDirection, _ text: String, _ at: Int64, _ connection: Int
    ) {
      if recorders[connection] == nil {
        var recorder = ConnectionRecorder(
          connection: connection, start: Instant(nanoseconds: 0), keys: [])
        recorder.opened(client: "", upstream: "", at: Self.instant(at), into: &lines)
        recorders[connection] = recorder
      }
      recorders[connection]?.received(
        direction, Array(text.utf8), at: Self.instant(at), into: &lines)
    }

    private static func instant(_ milliseconds: Int64) -> Instant {
      Instant(nanoseconds: milliseconds * 1_000_000)
    }

    var exchanges: [RecordedExchange] {
      get throws { RecordedExchanges.of(try RecordingReader.read(lines)) }
    }
  }

  private static func pieces(_ exchange: RecordedExchange) -> [String] {
    exchange.pieces.map {
      "\($0.after.count / 1_000_000) \(String(decoding: $0.bytes, as: UTF8.self))"
    }
  }

  // MARK: Which reads answered which request

  @Test func answersFollowTheirRequests() throws {
    var tape = Tape()
    tape.up(Self.request("/a"), 5)
    tape.down(Self.ok + "ab", 15)
    tape.down("cd", 25)
    tape.up(Self.request("/b", body: "{}"), 100)
    tape.up(Self.request("/c"), 20, connection: 2)
    tape.down(Self.ok + "wxyz", 21, connection: 2)
    tape.down(Self.ok + "efgh", 130)
    tape.end(.downstream, .fin, 500)
    tape.end(.upstream, .fin, 501)
    tape.close(501)
    let exchanges = try tape.exchanges
    #expect(exchanges.map(\.request?.target) == ["/a", "/c", "/b"])
    #expect(Self.pieces(exchanges[0]) == ["10 \(Self.ok)ab", "20 cd"])
    #expect(Self.pieces(exchanges[2]) == ["30 \(Self.ok)efgh"])
    #expect(exchanges[0].end == nil && exchanges[0].isWhole)
    #expect(exchanges[2].end == RecordedClose(how: .fin, after: Self.ms(400)))
    #expect(exchanges[2].isWhole)
    #expect(exchanges.map(\.startedAt) == [Self.ms(5), Self.ms(20), Self.ms(100)])
  }

  @Test func pipelinedAnswersAreToldApart() throws {
    var tape = Tape()
    tape.up(Self.request("/a") + Self.request("/b"), 0)
    tape.down(Self.ok + "abcd" + Self.ok + "ef", 10)
    tape.down("gh", 20)
    tape.end(.upstream, .fin, 30)
    tape.close(30)
    let exchanges = try tape.exchanges
    #expect(Self.pieces(exchanges[0]) == ["10 \(Self.ok)abcd"])
    #expect(Self.pieces(exchanges[1]) == ["10 \(Self.ok)ef", "20 gh"])
    // The client closed it.
    #expect(exchanges[1].end == nil)
  }

  @Test(arguments: [(StreamEnding.fin, RecordedClose.How.fin), (.reset, .reset), (.cut, .fin)])
  func anAnswerThatBrokeOff(ending: StreamEnding, how: RecordedClose.How) throws {
    var tape = Tape()
    tape.up(Self.request("/a"), 0)
    tape.down(Self.ok + "ab", 10)
    tape.end(.downstream, ending, 40)
    tape.close(40)
    let exchange = try #require(try tape.exchanges.first)
    #expect(exchange.end == RecordedClose(how: how, after: Self.ms(40)))
    #expect(!exchange.isWhole)
  }

  @Test func aClientThatLeft() throws {
    var tape = Tape()
    tape.up(Self.request("/a"), 0)
    tape.down(Self.ok + "ab", 10)
    tape.end(.upstream, .reset, 40)
    tape.close(40)
    #expect(try tape.exchanges.first?.end?.how == .silence)
  }

  @Test func aRecordingThatWasKilled() throws {
    var tape = Tape()
    tape.up(Self.request("/a"), 0)
    tape.down(Self.ok + "ab", 10)
    #expect(try tape.exchanges.first?.end == RecordedClose(how: .fin, after: Self.ms(10)))
  }

  @Test func interimAnswersAreTheServersOwnToSay() throws {
    var tape = Tape()
    tape.up("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n", 0)
    tape.down("HTTP/1.1 100 Continue\r\n\r\n", 1)
    tape.up("x", 2)
    tape.down("HTTP/1.1 103 Early Hints\r\n\r\n", 5)
    tape.down(Self.ok + "abcd", 7)
    let exchange = try #require(try tape.exchanges.first)
    #expect(Self.pieces(exchange) == ["3 HTTP/1.1 103 Early Hints\r\n\r\n", "5 \(Self.ok)abcd"])
    #expect(exchange.startedAt == .zero && exchange.requestedAt == Self.ms(2))
  }

  @Test func bodiesBecomeAnswersForTheWire() throws {
    func exchange(_ end: RecordedEnd, length: String? = nil) -> RecordedExchange? {
      var fields = [
        HeaderField(name: "Content-Type", value: "text/event-stream"),
        HeaderField(name: "Content-Encoding", value: "gzip"),
        HeaderField(name: "Transfer-Encoding", value: "chunked"),
      ]
      if let length { fields.append(HeaderField(name: "Content-Length", value: length)) }
      let request = RecordedRequest(method: "POST", target: "/", headers: [], body: [])
      let events: [(Int64, RecordedEvent)] = [
        (0, .open(client: "", upstream: "", layer: .body)), (5, .request(request, number: 1)),
        (10, .response(status: 200, version: "2", headers: fields)),
        (15, .read(.downstream, Array("ab".utf8))), (25, .read(.downstream, Array("c".utf8))),
        (30, .end(.downstream, end)), (30, .close),
      ]
      let recording = Recording(
        tool: "", startedAt: "",
        entries: events.map { RecordingEntry(connection: 1, at: Self.ms($0), event: $1) })
      return RecordedExchanges.of(recording).first
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    let chunked = "5 \(head)Transfer-Encoding: chunked\r\n\r\n"
    let whole = exchange(.complete)
    #expect(
      whole.map(Self.pieces) == [
        chunked, "10 2\r\nab\r\n", "20 1\r\nc\r\n", "25 0\r\n\r\n",
      ])
    #expect(whole?.end == nil && whole?.isWhole == true)
    #expect(
      exchange(.complete, length: "3").map(Self.pieces) == [
        "5 \(head)Content-Length: 3\r\n\r\n", "10 ab", "20 c",
      ])
    let broken = exchange(.failed(.premature), length: "9")
    #expect(broken.map(Self.pieces) == [chunked, "10 2\r\nab\r\n", "20 1\r\nc\r\n"])
    #expect(broken?.end == RecordedClose(how: .fin, after: Self.ms(25)))
    #expect(exchange(.stream(.reset))?.end?.how == .reset)
    #expect(exchange(.failed(.timeoutIdle))?.end?.how == .silence)
  }

  // MARK: Which answer, and when

  private static func plain(_ target: String?, _ after: [Int64], body: String = "")
    -> RecordedExchange
  {
    RecordedExchange(
      request: target.map {
        RecordedRequest(method: "POST", target: $0, headers: [], body: Array(body.utf8))
      }, startedAt: .zero, requestedAt: .zero,
      pieces: after.map {
        RecordedPiece(after: ms($0), bytes: Array("\(target ?? "?")\($0)".utf8))
      },
      isWhole: true)
  }

  private static func asked(_ target: String, body: String = "") -> HTTPRequest {
    HTTPRequest(
      method: "POST", target: target, minorVersion: 1, headers: [], head: [],
      body: Array(body.utf8))
  }

  private static func first(_ answer: ReplayPlan.Answer) -> String {
    String(decoding: answer.pieces.first?.bytes ?? [], as: UTF8.self)
  }

  @Test func equalRequestsGetTheirOwnAnswersInTurn() {
    var plan = ReplayPlan([
      Self.plain("/a", [1]), Self.plain("/b", [2], body: "x"), Self.plain("/a", [3]),
    ])
    let asked = [("/b", "x"), ("/a", ""), ("/a", ""), ("/a", ""), ("/b", "x")]
    let got = asked.map { Self.first(plan.answer(to: Self.asked($0.0, body: $0.1))) }
    #expect(got == ["/b2", "/a1", "/a3", "/a1", "/b2"])
  }

  @Test func otherRequestsGetWhatIsNextAndThenItBeginsAnew() {
    var plan = ReplayPlan([Self.plain("/a", [1]), Self.plain(nil, [2]), Self.plain("/c", [3])])
    let got = (0..<5).map { Self.first(plan.answer(to: Self.asked("/new\($0)"))) }
    #expect(got == ["/a1", "?2", "/c3", "/a1", "?2"])
  }

  @Test func secretsInTheQueryDoNotMatter() {
    var plan = ReplayPlan([Self.plain("/a", [1]), Self.plain("/b?key=****", [2])])
    #expect(Self.first(plan.answer(to: Self.asked("/b?key=abcd"))) == "/b?key=****2")
    // Nor does their length.
    #expect(Self.first(plan.answer(to: Self.asked("/b?key=a-longer-one"))) == "/b?key=****2")
  }

  @Test func speedScalesEveryTime() {
    var exchange = Self.plain("/a", [10, 30])
    exchange.end = RecordedClose(how: .fin, after: Self.ms(50))
    var plan = ReplayPlan([exchange], speed: 2)
    let answer = plan.answer(to: Self.asked("/a"))
    #expect(answer.pieces.map(\.after) == [Self.ms(5), Self.ms(15)])
    #expect(answer.end?.after == Self.ms(25))
  }

  @Test func resampledGapsAreTheRecordingsOwnAndRepeat() {
    let exchanges = [Self.plain("/a", [100, 110, 130, 170]), Self.plain("/b", [200, 280, 281])]
    func draw(_ seed: UInt64) -> [[Nanoseconds]] {
      var plan = ReplayPlan(exchanges, gaps: .resampled(seed: seed))
      return (0..<40).map { _ in plan.answer(to: Self.asked("/a")).pieces.map(\.after) }
    }
    let drawn = draw(7)
    #expect(drawn == draw(7))
    #expect(drawn != draw(8))
    #expect(Set(drawn.compactMap(\.first)) == [Self.ms(100), Self.ms(200)])
    let gaps = drawn.flatMap { times in zip(times, times.dropFirst()).map { $1 - $0 } }
    #expect(Set(gaps) == Set([10, 20, 40, 80, 1].map(Self.ms)))
  }

  // MARK: On one connection

  private struct Player {
    var session: ReplaySession
    var now = Instant(nanoseconds: 0)
    var log: [String] = []

    init(_ exchanges: [RecordedExchange]) {
      session = ReplaySession(connection: 1, answers: ReplayAnswers(ReplayPlan(exchanges)))
    }

    mutating func send(_ text: String) { perform(session.received(Array(text.utf8), at: now)) }

    /// Goes on until nothing is due, and returns what was sent: when, and what.
    mutating func run(until end: Int64 = .max) -> [String] {
      while let due = session.nextDue, due.nanoseconds <= end {
        now = max(now, due)
        perform(session.due(at: now))
      }
      defer { log = [] }
      return log
    }

    mutating func perform(_ actions: [ProviderSession.Action]) {
      for action in actions {
        let stamp = "\(now.nanoseconds / 1_000_000)"
        switch action {
        case .send(let bytes, let id):
          log.append("\(stamp) \(String(decoding: bytes, as: UTF8.self))")
          perform(session.written(id, at: now))
        case .closeAfterFlush: log.append("\(stamp) FIN")
        case .resetAfterFlush: log.append("\(stamp) RST")
        case .finished(let exchange): log.append("\(stamp) \(exchange.end.rawValue)")
        }
      }
    }
  }

  @Test func eachReadIsAWriteOnAnIdealTimeline() {
    var player = Player([Self.plain("/a", [10, 20, 20, 35]), Self.plain("/b", [5])])
    player.send(Self.request("/a") + Self.request("/b"))
    #expect(
      player.run() == [
        "10 /a10", "20 /a20", "20 /a20", "35 /a35", "35 finished", "40 /b5", "40 finished",
      ])
    #expect(player.session.isIdle)
  }

  @Test func latenessDoesNotAddUp() {
    var player = Player([Self.plain("/a", [10, 20, 30])])
    player.send(Self.request("/a"))
    player.now = Instant(nanoseconds: 25_000_000)
    player.perform(player.session.due(at: player.now))
    #expect(player.session.nextDue == player.now + ReplaySession.spacing)
    #expect(player.run() == ["25 /a10", "25 /a20", "30 /a30", "30 finished"])
  }

  /// Written at once, they would come in one read.
  @Test func readsThatWereCloseTogetherStayApart() {
    var player = Player([Self.plain("/a", [10, 10, 10, 11])])
    player.send(Self.request("/a"))
    var instants: [Int64] = []
    while let due = player.session.nextDue {
      player.now = due
      player.perform(player.session.due(at: due))
      instants.append(due.nanoseconds / 1_000)
    }
    let step = ReplaySession.spacing.count / 1_000
    #expect(instants == [10_000, 10_000 + step, 10_000 + 2 * step, 11_000])
    #expect(player.log.count == 5)
  }

  @Test func speedAndOtherGapsReachTheWire() {
    let recorded = [Self.plain("/a", [40, 60, 140])]
    var fast = Player(recorded)
    fast.session = ReplaySession(
      connection: 1, answers: ReplayAnswers(ReplayPlan(recorded, speed: 4)))
    fast.send(Self.request("/a"))
    #expect(fast.run() == ["10 /a40", "15 /a60", "35 /a140", "35 finished"])
    var played: Set<[String]> = []
    for seed in 1...20 {
      var other = Player(recorded)
      other.session = ReplaySession(
        connection: 1,
        answers: ReplayAnswers(
          ReplayPlan(recorded, speed: 2, gaps: .resampled(seed: UInt64(seed)))))
      other.send(Self.request("/a"))
      played.insert(other.run())
    }
    // The first wait is the only one there is; the gaps are 20 and 80 ms, halved.
    let all = [[10, 10], [10, 40], [40, 10], [40, 40]].map { gaps in
      let end = 20 + gaps[0] + gaps[1]
      return ["20 /a40", "\(20 + gaps[0]) /a60", "\(end) /a140", "\(end) finished"]
    }
    #expect(played == Set(all))
  }

  @Test(arguments: [("fin", "closed"), ("reset", "reset")])
  func anAnswerBreaksOffAsRecorded(how: String, end: String) throws {
    var exchange = Self.plain("/a", [10])
    exchange.end = RecordedClose(how: try #require(.init(rawValue: how)), after: Self.ms(30))
    exchange.isWhole = false
    var player = Player([exchange])
    player.send(Self.request("/a"))
    #expect(player.run() == ["10 /a10", "30 \(end)", how == "fin" ? "30 FIN" : "30 RST"])
    #expect(player.session.nextDue == nil)
  }

  @Test func aConnectionAtRestIsEndedUnlessARequestComes() {
    var exchange = Self.plain("/a", [10])
    exchange.end = RecordedClose(how: .fin, after: Self.ms(100))
    var player = Player([exchange])
    player.send(Self.request("/a"))
    #expect(player.run(until: 50_000_000) == ["10 /a10", "10 finished"])
    player.now = Instant(nanoseconds: 50_000_000)
    player.send(Self.request("/a"))
    #expect(player.run() == ["60 /a10", "60 finished", "150 FIN"])
  }

  @Test func silenceStaysSilent() {
    var exchange = Self.plain("/a", [10])
    exchange.end = RecordedClose(how: .silence, after: Self.ms(20))
    exchange.isWhole = false
    var player = Player([exchange])
    player.send(Self.request("/a"))
    #expect(player.run() == ["10 /a10"])
    #expect(!player.session.isIdle && player.session.nextDue == nil)
    player.perform(player.session.peerClosed(at: player.now, reset: false))
    #expect(player.run() == ["10 peer-closed", "10 FIN"])
  }

  @Test func whatIsNoRequestEndsTheConnection() {
    var player = Player([Self.plain("/a", [10])])
    player.send("nonsense\r\n\r\n")
    #expect(player.run() == ["0 FIN"])
  }

  @Test func aClientThatWaitsForContinueGetsIt() {
    var player = Player([Self.plain("/a", [10])])
    player.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
    #expect(player.run() == ["0 HTTP/1.1 100 Continue\r\n\r\n"])
    player.send("x")
    #expect(player.run() == ["10 /a10", "10 finished"])
  }

  // MARK: To another target

  @Test(arguments: [
    ("http://a/v1", "/v1/models", "http://a/v1/models"),
    ("http://a/v1/", "/v1/models", "http://a/v1/models"),
    ("https://a/api/v1", "/v1/models?x=1", "https://a/api/v1/models?x=1"),
    ("https://a", "/v1/models", "https://a/v1/models"),
    ("https://a/openai", "/v1/models", "https://a/openai/v1/models"),
    ("https://a/v1", "/v1beta/models", "https://a/v1/v1beta/models"),
    ("https://a/v1", "http://b:1/v1/models", "https://a/v1/models"),
    ("https://a/v1?api-version=2", "/v1/x?b=c", "https://a/v1/x?b=c&api-version=2"),
    ("https://a/v1?api-version=2#f", "/v1/x", "https://a/v1/x?api-version=2"),
  ])
  func whereRequestsGo(base: String, target: String, url: String) {
    let exchange = Self.plain(target, [1])
    #expect(ReplayRequest.all([exchange], base: base, key: nil).map(\.url) == [url])
  }

  @Test(arguments: [
    ("authorization", "Authorization: Bearer k&y"), ("X-Api-Key", "x-api-key: k&y"),
    ("api-key", "api-key: k&y"), ("x-goog-api-key", "x-goog-api-key: k&y"),
    ("Cookie", "Authorization: Bearer k&y"),
  ])
  func theKeyGoesWhereTheSecretWas(name: String, line: String) {
    var exchange = Self.plain("/a", [1])
    exchange.request?.headers = [
      HeaderField(name: "Host", value: "old"), HeaderField(name: name, value: "***"),
      HeaderField(name: "Content-Length", value: "0"), HeaderField(name: "X-Y", value: "z"),
      HeaderField(name: "Accept", value: "*/*"), HeaderField(name: "Content-Type", value: ""),
    ]
    let with = ReplayRequest.all([exchange], base: "http://a", key: "k&y")[0]
    #expect(with.fields == ["X-Y: z", "Accept: */*", "Content-Type;", line])
    let without = ReplayRequest.all([exchange], base: "http://a", key: nil)[0]
    #expect(without.fields == ["X-Y: z", "Accept: */*", "Content-Type;"])
  }

  @Test func theKeyInAQuery() {
    let exchange = Self.plain("/a?alt=sse&key=****&b", [1])
    let request = ReplayRequest.all([exchange], base: "http://a", key: "k&y")[0]
    #expect(request.url == "http://a/a?alt=sse&key=k%26y&b")
    #expect(request.fields == ["Accept:", "Content-Type:"])
    #expect(exchange.request.map(ReplayRequest.needsKey) == true)
    #expect(Self.plain("/a", [1]).request.map(ReplayRequest.needsKey) == false)
  }

  @Test func intervalsAreThoseOfTheRecording() {
    var exchanges = [Self.plain("/b", [1]), Self.plain("/a", [1]), Self.plain(nil, [1])]
    exchanges[0].startedAt = Self.ms(130)
    exchanges[1].startedAt = Self.ms(100)
    let requests = ReplayRequest.all(exchanges, base: "http://x", key: nil, speed: 0.5)
    #expect(requests.map(\.url) == ["http://x/a", "http://x/b"])
    #expect(requests.map(\.at) == [.zero, Self.ms(60)])
  }
}
