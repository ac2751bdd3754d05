import Core
import Foundation
import Testing
import Wire

/// How positions are found in what is not a plain answer, and the list of faults.
struct FaultReadingTests {
  private let stream = FaultAnswers.stream(2)

  /// 100 (Continue) is no answer: nothing counts from it.
  @Test func interimResponsesAreNoAnswers() {
    let interim = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    let nonce = Nonce(value: 3)
    for cut in everyCut(interim + stream.bytes) {
      var wire = FaultWire([.b("reset at byte(5)"), .b("pause 1ms at byte(0)")])
      wire.ask(FaultAnswers.request(nonce))
      for piece in cut { wire.receive(piece) }
      wire.wait(.milliseconds(1))
      #expect(wire.passed == interim + stream.bytes[..<5])
      #expect(wire.strikes.map(\.bytesBefore) == [0, 5])
      #expect(wire.strikes.map(\.nonce) == [nonce, nonce])
    }
  }

  @Test func aHeadHasNoBody() {
    let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n".utf8)
    var wire = FaultWire([.b("pause 1ms at byte(1)")])
    for _ in 0..<2 {
      wire.ask(Array("HE".utf8))
      wire.ask(Array("AD / HTTP/1.1\r\n\r\n".utf8))
      wire.receive(head)
      wire.wait(.milliseconds(1))
    }
    wire.ask(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    wire.receive(stream.bytes)
    wire.wait(.milliseconds(1))
    #expect(wire.strikes.count == 3)
    #expect(wire.passed == head + head + stream.bytes)
  }

  /// What does not speak HTTP is one answer: bytes and time count, events do not come.
  @Test func otherProtocolsAreOneAnswer() {
    let bytes = Array("220 mail.example ESMTP\r\n250 data: x\n\n".utf8)
    for cut in everyCut(bytes) {
      var wire = FaultWire([
        .b("pause 1ms at event(1)"), .b("pause 2ms at byte(4)"),
        .b("close at time(10ms)"),
      ])
      for piece in cut { wire.receive(piece) }
      wire.wait(.milliseconds(2))
      #expect(wire.passed == bytes)
      wire.wait(.milliseconds(10))
      #expect(wire.strikes.map(\.rule.name) == ["pause", "close"])
      #expect(wire.ends == [.close])
    }
  }

  /// The beginning of a response that never gets further passes when the server ends.
  @Test func aStumpIsPassedOn() {
    for length in 1...20 {
      var wire = FaultWire([.b("reset at event(1)")])
      for byte in FaultAnswers.head[..<length] { wire.receive([byte]) }
      wire.finish()
      #expect(wire.passed == Array(FaultAnswers.head[..<length]))
      #expect(wire.ends == [.finish(.downstream)])
    }
  }

  /// A body that lasts until FIN: the last event counts, and the time stops with it.
  @Test func closeDelimitedAnswers() {
    let bytes = Array("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n".utf8)
    var wire = FaultWire([.b("pause 3ms at event(1)"), .b("reset at time(1s)")])
    wire.receive(bytes)
    wire.finish()
    wire.wait(.seconds(2))
    #expect(wire.passed == bytes)
    #expect(wire.ends == [.finish(.downstream)])
    #expect(wire.strikes.map(\.bytesBefore) == [bytes.count])
  }

  // MARK: - Told by the client

  private func told(_ rules: [FaultRule]) -> FaultWire { FaultWire(rules, reading: .told) }

  @Test func aToldEventActsAtOnce() {
    let nonce = Nonce(value: 5)
    var wire = told([.b("reset at event(2)")])
    wire.receive([1, 2, 3])
    wire.pipeline.requestStarts(nonce: nonce)
    wire.receive([4, 5])
    wire.tell(events: 1, bytes: 40, nonce)
    #expect(wire.ends.isEmpty)
    wire.tell(events: 3, bytes: 90, nonce)
    #expect(wire.ends == [.reset])
    #expect(wire.passed == [1, 2, 3, 4, 5])
    #expect(wire.strikes.map(\.eventsBefore) == [3])
    #expect(wire.strikes.map(\.nonce) == [nonce])
  }

  @Test func aToldPauseHoldsOncePerRequest() {
    var wire = told([.b("pause 5ms at byte(10)")])
    for value in 1...3 as ClosedRange<UInt64> {
      let nonce = Nonce(value: value)
      wire.pipeline.requestStarts(nonce: nonce)
      wire.receive([1])
      wire.tell(events: 0, bytes: 10, nonce)
      wire.receive([2])
      #expect(wire.passed.last == 1)
      wire.tell(events: 0, bytes: 20, nonce)
      wire.wait(.milliseconds(5))
      #expect(wire.passed.last == 2)
    }
    #expect(wire.strikes.map(\.nonce?.value) == [1, 2, 3])
    #expect(wire.passed == [1, 2, 1, 2, 1, 2])
  }

  /// Requests that share a connection are told apart by their nonces.
  @Test func interleavedRequestsStrikeOnceEach() {
    var wire = told([.b("pause 5ms at event(1)")])
    let nonces = [Nonce(value: 1), Nonce(value: 2)]
    for nonce in nonces { wire.pipeline.requestStarts(nonce: nonce) }
    for events in 1...3 {
      for nonce in nonces { wire.tell(events: events, bytes: events * 10, nonce) }
      wire.wait(.milliseconds(10))
    }
    #expect(wire.strikes.map(\.nonce) == nonces)
  }

  /// A client that tells: time counts from what it decodes, not from session tickets.
  @Test func toldTimeCountsFromTheFirstDecodedByte() {
    let nonce = Nonce(value: 5)
    var wire = told([.b("close at time(10ms)")])
    wire.pipeline.requestStarts(nonce: nonce)
    wire.receive([1, 2])
    wire.wait(.milliseconds(100))
    wire.tell(events: 0, bytes: 1, nonce)
    wire.wait(.milliseconds(9))
    #expect(wire.ends.isEmpty)
    wire.wait(.milliseconds(1))
    #expect(wire.ends == [.close])
  }

  @Test func untoldTimeCountsFromTheFirstByte() {
    var wire = told([.b("close at time(10ms)")])
    wire.wait(.seconds(1))
    wire.receive([1, 2])
    wire.wait(.milliseconds(10))
    #expect(wire.ends == [.close])
    #expect(wire.strikes.map(\.bytesBefore) == [2])
  }

  @Test func aToldFirstByteDelayHoldsTheNextBytes() {
    var wire = told([.b("first-byte-delay 5ms")])
    wire.pipeline.requestStarts(nonce: Nonce(value: 1))
    wire.receive([1])
    #expect(wire.passed.isEmpty)
    wire.wait(.milliseconds(5))
    wire.pipeline.requestStarts(nonce: Nonce(value: 2))
    wire.receive([2])
    #expect(wire.passed == [1])
    wire.wait(.milliseconds(5))
    #expect(wire.passed == [1, 2])
  }

  // MARK: - The list

  @Test func theListIsTheFolder() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Wire/Faults")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(files == Faults.all.map { "\($0).swift" }.sorted())
    #expect(Faults.all.map { $0.spec.name } == Faults.all.map { $0.spec.name }.sorted())
  }
}
