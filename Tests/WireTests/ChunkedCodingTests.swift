import Core
import Testing
import TestSupport
import Wire

/// RFC 9112 section 7.1.
struct ChunkedCodingTests {
  struct Decoded: Equatable {
    var bytes: [UInt8] = []
    /// The raw offset of each decoded byte.
    var rawOffsets: [Int] = []
    var rawCount = 0
    var isComplete = false
    var failure: ChunkedError?
  }

  static func decode(_ input: [UInt8]) -> Decoded {
    func run(_ pieces: [ArraySlice<UInt8>]) -> Decoded {
      var decoder = ChunkedDecoder()
      var decoded = Decoded()
      for piece in pieces {
        for found in decoder.feed(piece) {
          #expect(found.decodedStart == decoded.bytes.count)
          let base = piece.startIndex
          decoded.bytes += piece[(base + found.range.lowerBound)..<(base + found.range.upperBound)]
          decoded.rawOffsets += found.range.indices.map {
            found.rawStart + $0 - found.range.lowerBound
          }
        }
      }
      decoded.rawCount = decoder.rawCount
      decoded.isComplete = decoder.isComplete
      decoded.failure = decoder.failure
      #expect(decoder.decodedCount == decoded.bytes.count)
      return decoded
    }
    #expect(ChunkVerifier.difference(input, run: run) == nil)
    return run([input[...]])
  }

  @Test func framesAndDecodes() {
    #expect(ChunkedCoding.frame(Array("hello".utf8)) == Array("5\r\nhello\r\n".utf8))
    #expect(ChunkedCoding.frame([]).isEmpty)
    let long = [UInt8](repeating: 0x78, count: 300)
    let raw = ChunkedCoding.frame(Array("hi".utf8)) + ChunkedCoding.frame(long) + ChunkedCoding.last
    let decoded = Self.decode(raw)
    #expect(decoded.isComplete && decoded.failure == nil)
    #expect(decoded.bytes == Array("hi".utf8) + long)
    #expect(decoded.rawCount == raw.count)
    #expect(decoded.rawOffsets.map { raw[$0] } == decoded.bytes)
  }

  @Test(arguments: [
    "0\r\n\r\n", "000\r\n\r\n", "0;a=b\r\n\r\n", "5;x=\"y z\"\r\nhello\r\n0\r\n\r\n",
    "5 \r\nhello\r\n0\r\n\r\n", "5 ; x\r\nhello\r\n0\r\n\r\n", "0005\r\nhello\r\n0\r\n\r\n",
    "a\r\n0123456789\r\n0\r\n\r\n", "A\r\n0123456789\r\n0\r\n\r\n",
    "0\r\nX-Trailer: 1\r\nY:\r\n\r\n", "2\r\n\r\n\r\n0\r\n\r\n",
  ])
  func complete(_ text: String) {
    let decoded = Self.decode(Array(text.utf8))
    #expect(decoded.isComplete)
    #expect(decoded.rawCount == text.utf8.count)
    let pipelined = Self.decode(Array((text + "GET / HTTP/1.1").utf8))
    #expect(pipelined.isComplete)
    #expect(pipelined.rawCount == text.utf8.count)
  }

  @Test(arguments: [
    ("\r\n", 0), ("x\r\n", 0), ("-1\r\n", 0), ("+5\r\n", 0), (" 5\r\n", 0), ("0x5\r\n", 1),
    ("5\nhello", 1), ("5\rhello", 2), ("5\r\nhello0\r\n", 8), ("5\r\nhello\n", 8),
    ("5\r\nhello\rx", 9), ("5 5\r\n", 2), ("5;a\nb\r\n", 3), ("5;a\0\r\n", 3), (";a\r\n", 0),
    ("7fffffffffffffff0\r\n", 16), ("ffffffffffffffff\r\n", 15),
    ("0\r\nGET / HTTP/1.1\r\n", 6), ("0\r\n: x\r\n", 3), ("0\r\n x: y\r\n", 3), ("0\r\nx\r\n", 4),
    ("0\r\nx: y\n", 7), ("0\r\n\n", 3), ("0\r\n\rx", 4),
  ])
  func broken(_ text: String, _ offset: Int) {
    let decoded = Self.decode(Array(text.utf8))
    #expect(decoded.failure?.offset == offset)
    #expect(!decoded.isComplete)
  }

  @Test(arguments: ["", "5", "5\r\nhel", "5\r\nhello\r\n", "0\r\n", "0\r\n\r", "0\r\nx: y\r\n"])
  func incomplete(_ text: String) {
    let decoded = Self.decode(Array(text.utf8))
    #expect(!decoded.isComplete && decoded.failure == nil)
  }

  @Test func limits() {
    var decoder = ChunkedDecoder()
    _ = decoder.feed(Array("5;".utf8) + [UInt8](repeating: 0x61, count: Limits.chunkLineBytes))
    #expect(decoder.failure?.message == "chunk-size line too long")
    decoder = ChunkedDecoder()
    _ = decoder.feed(
      Array("0\r\nx:".utf8) + [UInt8](repeating: 0x61, count: Limits.requestHeadBytes))
    #expect(decoder.failure?.message == "trailers too long")
  }

  @Test(arguments: 0..<60)
  func randomInputNeverCrashes(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let alphabet = [
      "\r\n", "0", "1", "2", "a", ";", "x", "\r", "\n", "1\r\nz\r\n", "0\r\n\r\n", " ",
    ]
    _ = Self.decode(Garbage.make(from: alphabet, count: 30, using: &random))
  }
}
