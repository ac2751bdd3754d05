import Core
import Testing
import Wire

/// Chunks with the frame of one before them are read without being parsed, and mean what they mean
/// when each is read alone.
@Suite struct ChunkPatternTests {
  private let dialect = OpenAIChat()

  private func kinds(_ chunks: [[UInt8]]) -> [NeutralEvent.Kind] {
    let body = chunks.flatMap { Array("data: ".utf8) + $0 + Array("\n\n".utf8) }
    return dialect.read(body).events.map(\.kind)
  }

  /// What a stream of them says is what each says alone.
  private func expectAlike(_ chunks: [[UInt8]], _ source: SourceLocation = #_sourceLocation) {
    #expect(kinds(chunks) == chunks.flatMap { kinds([$0]) }, sourceLocation: source)
  }

  private func chunk(_ words: String, id: String = "c1") -> [UInt8] {
    Array(
      (#"{"id":"\#(id)","choices":[{"index":2,"delta":{"content":"\#(words)"},"#
        + #""finish_reason":null}]}"#).utf8)
  }

  @Test func wordsInTheSameFrame() {
    let chunks = ["one ", "two", "zwölf ", "一", " "].map { chunk($0) }
    #expect(
      kinds(chunks) == ["one ", "two", "zwölf ", "一", " "].map { .output(.text, Array($0.utf8)) })
    let read = dialect.read(chunks.flatMap { Array("data: ".utf8) + $0 + Array("\n\n".utf8) })
    #expect(read.events.allSatisfy { $0.choice == 2 })
  }

  @Test func whatIsNoWordsIsParsed() {
    let begin = chunk("begin ")
    for words in ["", #"a\n"#, #"\u00e9"#, #"a","x":"b"#, #"""#, "\u{1}", #"\"#, #"","error":""#] {
      expectAlike([begin, chunk(words), chunk("end")])
    }
    var broken = chunk("xy")
    broken[broken.firstIndex(of: UInt8(ascii: "x"))!] = 0xC3
    expectAlike([begin, broken, begin])
  }

  @Test func wordsThatAlsoStandElsewhere() {
    for words in ["c1", "content", "index", "choices", ",", ":", "id", "finish_reason"] {
      expectAlike([chunk(words), chunk("other"), chunk(words), chunk("c1", id: "other")])
    }
    expectAlike([chunk("same", id: "same"), chunk("other", id: "same"), chunk("same")])
  }

  @Test func otherFramesInBetween() {
    let others = [
      "[DONE]", "[DONE] ", "{}", "[]", "", #"{"error":{"message":"no"}}"#,
      #"{"choices":[{"index":2,"delta":{},"finish_reason":"stop"}]}"#,
      #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#,
      #"{"choices":[{"index":2,"delta":{"content":"a","reasoning":"b"}}]}"#,
      #"{"choices":[{"delta":{"content":"a"}},{"index":1,"delta":{"content":"b"}}]}"#,
    ].map { Array($0.utf8) }
    for other in others {
      expectAlike([chunk("one"), chunk("two"), other, chunk("three"), other, other, chunk("four")])
    }
  }

  @Test func chunksOfWhichEachIsUnlikeTheLast() {
    expectAlike((0..<40).map { chunk("word \($0)", id: "c\($0)") })
    // From some place on they are alike.
    expectAlike((0..<40).map { chunk("word \($0)", id: "c\(min($0, 20))") })
  }

  /// Each byte of a chunk replaced, between two that are whole.
  @Test func anyByteMayDiffer() {
    let whole = chunk("t1-0123 ")
    var random = SplitMix64(seed: 1)
    for place in whole.indices {
      for byte in [
        UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x80, UInt8.random(in: 32...126, using: &random),
      ] {
        var other = whole
        other[place] = byte
        expectAlike([whole, other, whole, other])
        var longer = whole
        longer.insert(byte, at: place)
        expectAlike([whole, longer, other])
        var shorter = whole
        shorter.remove(at: place)
        expectAlike([whole, shorter, longer])
      }
    }
  }
}
