import Core
import Testing
import Wire

/// Framing anew what was taken apart.
struct MessageFramerTests {
  private struct Output: Equatable {
    var text: String
    var mustClose = false
  }

  private func run(
    _ chunks: [(FaultChunk.Kind, String)], _ direction: FaultDirection = .downstream,
    toHEAD: Bool = false
  ) -> Output {
    var framer = MessageFramer(direction)
    return Self.run(chunks, &framer, toHEAD: toHEAD)
  }

  private static func run(
    _ chunks: [(FaultChunk.Kind, String)], _ framer: inout MessageFramer, toHEAD: Bool = false
  ) -> Output {
    framer.start(toHEAD: toHEAD)
    var bytes: [UInt8] = []
    for (kind, text) in chunks {
      bytes += framer.frame(FaultChunk(kind, Array(text.utf8)[...], at: Instant(nanoseconds: 0)))
    }
    let end = framer.end()
    return Output(
      text: String(decoding: bytes + end.bytes, as: UTF8.self), mustClose: end.mustClose)
  }

  private let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
  private let sized = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
  private let open = "HTTP/1.1 200 OK\r\n\r\n"

  @Test func eachPieceIsOneChunk() {
    let long = String(repeating: "x", count: 26)
    #expect(
      run([(.head, chunked), (.body, "abc"), (.body, ""), (.body, long)])
        == Output(text: chunked + "3\r\nabc\r\n1a\r\n\(long)\r\n0\r\n\r\n"))
    #expect(run([(.head, chunked)]) == Output(text: chunked + "0\r\n\r\n"))
  }

  @Test func aLengthFramesNothing() {
    #expect(
      run([(.head, sized), (.body, "ab"), (.body, "cd")]) == Output(text: sized + "abcd"))
  }

  @Test func withoutEitherTheCloseEndsIt() {
    #expect(run([(.head, open), (.body, "ab")]) == Output(text: open + "ab", mustClose: true))
    let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(run([(.head, request)], .upstream) == Output(text: request))
  }

  @Test func rawPassesAsItIs() {
    #expect(
      run([(.head, chunked), (.raw, "zz\r\n"), (.body, "a"), (.raw, "b")])
        == Output(text: chunked + "zz\r\n1\r\na\r\nb0\r\n\r\n"))
    #expect(run([(.raw, sized), (.raw, "abc")]) == Output(text: sized + "abc"))
    #expect(run([(.body, "abc")]) == Output(text: "abc"))
  }

  @Test func interimResponsesAreNoHead() {
    let interim = "HTTP/1.1 103 Early Hints\r\n\r\n"
    #expect(run([(.head, interim)]) == Output(text: interim))
    #expect(
      run([(.head, interim), (.head, chunked), (.body, "a")])
        == Output(text: interim + chunked + "1\r\na\r\n0\r\n\r\n"))
  }

  /// Also when a fault gave it one.
  @Test func whatHasNoBodyGetsNone() {
    #expect(run([(.head, chunked), (.body, "a")], toHEAD: true) == Output(text: chunked))
    for status in ["204 No Content", "304 Not Modified"] {
      let head = "HTTP/1.1 \(status)\r\nTransfer-Encoding: chunked\r\n\r\n"
      #expect(run([(.head, head), (.body, "a")]) == Output(text: head))
    }
  }

  @Test func nothingIsLeftOfAnEarlierMessage() {
    var framer = MessageFramer(.downstream)
    _ = Self.run([(.head, chunked), (.body, "a")], &framer, toHEAD: true)
    #expect(Self.run([(.raw, "x"), (.body, "b")], &framer) == Output(text: "xb"))
    #expect(
      Self.run([(.head, chunked), (.body, "b")], &framer)
        == Output(text: chunked + "1\r\nb\r\n0\r\n\r\n"))
  }
}
