import Core
import TestSupport
import Testing
import Wire

/// The stream that a flood sends is one that any client reads, however its requests come.
@Suite struct FloodSessionTests {
  private static let stream = FloodSession.Stream(
    event: Array("data: {\"n\":1}\n\n".utf8), perSend: 3, sends: 4)
  private static let now = Instant(nanoseconds: 1)

  /// What a session sends for requests cut at these places, the kernel taking all at once.
  private func answer(_ request: [UInt8], cuts: [Int]) -> [UInt8] {
    var session = FloodSession(Self.stream)
    var output: [UInt8] = []
    func carryOut(_ actions: [ProviderSession.Action]) {
      for case .send(let bytes, let id) in actions {
        output += bytes
        carryOut(session.written(id, at: Self.now))
      }
    }
    var start = 0
    for cut in cuts + [request.count] {
      carryOut(session.received(request[start..<cut], at: Self.now))
      start = cut
    }
    #expect(session.isIdle)
    return output
  }

  private var request: [UInt8] { Array(SessionBench.request().utf8) }

  @Test func theBodyIsTheEventsAndNothingElse() throws {
    let output = answer(request, cuts: [])
    let text = String(decoding: output, as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"))
    let head = try #require(text.utf8.firstRange(of: "\r\n\r\n".utf8))
    let offset = text.utf8.distance(from: text.utf8.startIndex, to: head.upperBound)
    var decoder = ChunkedDecoder()
    let body = Array(output[offset...])
    let pieces = decoder.feed(body)
    let decoded = pieces.flatMap { body[$0.range] }
    #expect(decoded.count == Self.stream.bodyBytes)
    #expect(decoded == (0..<Self.stream.events).flatMap { _ in Self.stream.event })
    #expect(pieces.count == Self.stream.events, "an event is a chunk of its own")
  }

  @Test func cutsOfTheRequestChangeNothing() {
    let whole = answer(request, cuts: [])
    for cut in 1..<request.count { #expect(answer(request, cuts: [cut]) == whole) }
    for size in 1...3 {
      let cuts = Array(stride(from: size, to: request.count, by: size))
      #expect(answer(request, cuts: cuts) == whole)
    }
  }

  @Test func requestsAreAnsweredOneByOne() {
    let whole = answer(request, cuts: [])
    #expect(answer(request + request, cuts: []) == whole + whole)
    #expect(answer(request + request, cuts: [request.count + 7]) == whole + whole)
  }

  @Test func whoIsGoneGetsNoMore() {
    var session = FloodSession(Self.stream)
    guard case .send(_, let id)? = session.received(request, at: Self.now).first else {
      Issue.record("no answer")
      return
    }
    #expect(session.peerClosed(at: Self.now, reset: true).isEmpty)
    #expect(session.written(id, at: Self.now).isEmpty)
  }
}
