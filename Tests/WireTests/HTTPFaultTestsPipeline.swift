import Core
import Testing
import Wire

/// HTTP faults in the pipeline: an answer as bytes in, what a client gets out.
struct HTTPFaultTestsPipeline {
  private static let stream = FaultAnswers.stream(3).bytes
  private static let payload = payload(of: stream)
  private static let sized = Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".utf8)
  private static let literals = HTTPFaultTestsHeads.literals + ["chunk-size-garbage at event(2)"]

  private static func payload(of wire: [UInt8]) -> [UInt8] { ReadAnswer(wire)?.payload ?? [] }

  private func run(_ literal: String, _ pieces: [ArraySlice<UInt8>]) -> FaultWire {
    var wire = FaultWire([.b(literal)])
    wire.ask(FaultAnswers.request(Nonce(value: 1)))
    for piece in pieces { wire.receive(piece) }
    return wire
  }

  /// How the bytes came changes nothing, and each is logged once.
  @Test(arguments: literals)
  func cutsOfTheInputDoNotMatter(_ literal: String) {
    let whole = run(literal, [Self.stream[...]])
    #expect(whole.strikes.map(\.rule.text) == [literal])
    for pieces in everyCut(Self.stream) {
      let wire = run(literal, pieces)
      #expect(wire.passed == whole.passed)
      #expect(wire.ends == whole.ends)
      #expect(wire.strikes.count == 1)
    }
  }

  @Test func theConnectionGoesOn() throws {
    var wire = FaultWire([.b("status 429 retry-after=1 at request(1)")])
    wire.ask(FaultAnswers.request(Nonce(value: 1)))
    wire.receive(Self.stream)
    let answer = try #require(ReadAnswer(wire.passed))
    #expect(answer.head.status == 429)
    #expect(answer.failure == nil && answer.rest.isEmpty && wire.ends.isEmpty)
    let before = wire.passed.count
    wire.ask(FaultAnswers.request(Nonce(value: 2)))
    wire.receive(Self.stream)
    let next = try #require(ReadAnswer(Array(wire.passed[before...])))
    #expect(next.head.status == 200)
    #expect(next.payload == Self.payload)
  }

  @Test func lengthsAreChangedByWhatTheSenderSaid() {
    for (literal, length) in [("more=2", 7), ("less=2", 3), ("9", 9)] {
      let wire = run("wrong-content-length \(literal)", [Self.sized[...]])
      let text = String(decoding: wire.passed, as: UTF8.self)
      #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\nhello")
    }
  }

  @Test func theLastChunkIsAClose() {
    let wire = run("missing-last-chunk", [Self.stream[...]])
    #expect(wire.passed == Self.stream.dropLast(5))
    #expect(wire.ends == [.close])
    #expect(wire.strikes.map(\.bytesBefore) == [FaultAnswers.head.count + Self.payload.count])
  }

  @Test func garbageStandsBehindItsEvent() throws {
    let wire = run("chunk-size-garbage at event(2)", [Self.stream[...]])
    let answer = try #require(ReadAnswer(wire.passed))
    #expect(answer.failure == "chunk size is not a hexadecimal number")
    #expect(Self.payload.starts(with: answer.payload))
    #expect(String(decoding: answer.payload, as: UTF8.self).hasSuffix("data: {\"n\":2}\n\n"))
  }

  /// The clock goes on while the sender is silent, and has ended.
  @Test func headersForEver() {
    var wire = run("endless-headers gap=10ms size=40", [Self.stream[...]])
    let first = wire.passed.count
    wire.wait(.milliseconds(1_000))
    #expect(wire.passed.count == first + 100 * 40)
    wire.finish()
    wire.wait(.milliseconds(1_000))
    #expect(wire.passed.count == first + 200 * 40)
    #expect(wire.ends.isEmpty)
    wire.withdraw(id: 0)
    #expect(ReadAnswer(wire.passed)?.payload == Self.payload)
    #expect(ReadAnswer(wire.passed)?.failure == nil)
    #expect(wire.ends == [.finish(.downstream)])
  }

  /// A client reads one whole message, whenever the fault goes, and the next is untouched.
  @Test(arguments: ["status 500", "fake-ok", "gzip", "gzip flush=never", "endless-headers"])
  func takenAwayAtAnyMoment(_ literal: String) throws {
    for moment in 0...Self.stream.count {
      var wire = FaultWire([.b(literal)])
      wire.ask(FaultAnswers.request(Nonce(value: 1)))
      wire.receive(Self.stream[..<moment])
      let hasBegun = !wire.passed.isEmpty
      wire.withdraw(id: 0)
      wire.receive(Self.stream[moment...])
      let answer = try #require(ReadAnswer(wire.passed))
      #expect(answer.failure == nil && answer.rest.isEmpty, "\(moment)")
      if answer.head.values(of: "Content-Encoding") == [Array("gzip".utf8)] {
        #expect(StoredFile(answer.payload)?.payload == Self.payload)
      } else if !hasBegun || literal == "endless-headers" {
        #expect(answer.payload == Self.payload)
      } else {
        #expect(answer.payload != Self.payload)
      }
      let before = wire.passed.count
      wire.ask(FaultAnswers.request(Nonce(value: 2)))
      wire.receive(Self.stream)
      #expect(wire.passed[before...] == Self.stream[...], "\(moment)")
    }
  }

  /// Other settings hold from the next message on.
  @Test func changedInTheMiddle() throws {
    var wire = FaultWire([.b("status 500")])
    wire.ask(FaultAnswers.request(Nonce(value: 1)))
    wire.receive(Self.stream[..<150])
    wire.update("status 503", id: 0)
    wire.receive(Self.stream[150...])
    let first = try #require(ReadAnswer(wire.passed))
    #expect(first.head.status == 500)
    #expect(first.rest.isEmpty)
    let before = wire.passed.count
    wire.ask(FaultAnswers.request(Nonce(value: 2)))
    wire.receive(Self.stream)
    let next = try #require(ReadAnswer(Array(wire.passed[before...])))
    #expect(next.head.status == 503)
    #expect(next.rest.isEmpty)
    wire.withdraw(id: 0)
    wire.receive(Self.stream)
    #expect(wire.passed.suffix(Self.stream.count) == Self.stream[...])
  }
}
