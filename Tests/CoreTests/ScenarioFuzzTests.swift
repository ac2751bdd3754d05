import Core
import Testing

/// No bytes at all may end the reader: what is no scenario is an error with a place.
@Suite struct ScenarioFuzzTests {
  private static let source = Array(
    """
    // Every kind of token, so that a mutation can break each.
    {
      $schema: "x", name: 'fuzz', about: "caf\\u00e9 \\x41 \\\n continued",
      provider: { /* block */
        think: "lognormal(p50=12ms, p99=90ms)", headers: "at-once",
        script: ["role", { text: { tokens: 0x14, gap: "uniform(4ms,6ms)" } }, { stall: "2s" },
          { comment: "é😀" }, { finish: "stop" }, { usage: { prompt: 1e1, completion: +2. } },
          "done", { raw: "data: \\uD83D\\uDE00\\n\\n" }, "close"],
      },
      traffic: { streams: 5, concurrency: 5, seed: .5e1, leave: "event(5)", usage: true,
        timeouts: { idle: "3s" }, },
      faults: { legA: ["reset at event(5)"], legB: ["pause 300ms at byte(3)"] },
      expect: ["ttft.p99 < 200ms", "errors.rate <= 0.01"],
    }
    """.utf8)

  /// Whether it reads; errors must be bounded, ordered and inside the file.
  private func reads(_ bytes: [UInt8], _ what: String) -> Bool {
    do {
      _ = try ScenarioReader.read(bytes, path: "fuzz", faults: SampleFaults.specs)
      return true
    } catch {
      let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 1
      #expect(!error.errors.isEmpty, "\(what)")
      #expect(error.errors.count <= Limits.scenarioErrors, "\(what)")
      for (index, one) in error.errors.enumerated() {
        #expect((1...lines).contains(one.position.line), "\(what): \(one)")
        #expect(one.position.column >= 1, "\(what): \(one)")
        #expect(
          index == 0 || error.errors[index - 1].position <= one.position, "\(what): \(one)")
      }
      return false
    }
  }

  @Test func theSourceItselfReads() {
    #expect(errors(of: String(decoding: Self.source, as: UTF8.self)) == "")
  }

  @Test func everyPrefixIsAnError() {
    for length in Self.source.indices {
      let read = reads(Array(Self.source[..<length]), "prefix of \(length)")
      #expect(!read, "the first \(length) bytes read as a scenario")
    }
  }

  @Test func everyByteMayBeAnyOther() {
    var random = SplitMix64(seed: 20_260)
    for index in Self.source.indices {
      for _ in 0..<2 {
        var mutated = Self.source
        mutated[index] = UInt8(truncatingIfNeeded: random.next())
        _ = reads(mutated, "byte \(index) as \(mutated[index])")
      }
    }
  }

  @Test func everyByteMayBeMissingOrPunctuation() {
    let punctuation = Array("{}[]:,\"'/\\\n*".utf8)
    for index in Self.source.indices {
      var shorter = Self.source
      shorter.remove(at: index)
      _ = reads(shorter, "without byte \(index)")
      // Each of them at every third place, never the same ones at neighbours.
      for (number, byte) in punctuation.enumerated() where (number + index) % 3 == 0 {
        var mutated = Self.source
        mutated.insert(byte, at: index)
        _ = reads(mutated, "\(byte) before byte \(index)")
      }
    }
  }

  @Test func noiseIsNoScenario() {
    var random = SplitMix64(seed: 7)
    let alphabet = Array("{}[]:,'\"\\/*u09eE+-.xX \n\rabcInfinityNaN\u{FEFF}é#".utf8)
    for round in 0..<2_000 {
      let length = Int(random.next() % 60)
      let noise = (0..<length).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
      #expect(!reads(noise, "noise \(round)"))
    }
  }

  @Test func literalsNeverFailOnAnyText() {
    var random = SplitMix64(seed: 11)
    let words = [
      "event", "byte", "time", "(", ")", "5", "ms", "s", " ", "at", "pause", "reset", ",", "=",
      "p50", "p99", "lognormal", "uniform", "<", "ttft", ".", "99999999999999999999", "-", "µ",
      "errors", "rate", "\u{0}", "😀", "first-byte-delay",
    ]
    for _ in 0..<2_000 {
      let text = (0..<Int(random.next() % 9)).map { _ in
        words[Int(random.next() % UInt64(words.count))]
      }.joined()
      let length = text.unicodeScalars.count
      func check(_ read: () throws(LiteralError) -> Void) {
        do {
          try read()
        } catch {
          #expect((0...length).contains(error.offset), "\(text): \(error.message)")
        }
      }
      check { () throws(LiteralError) in _ = try Nanoseconds(literal: text) }
      check { () throws(LiteralError) in _ = try Distribution(literal: text) }
      check { () throws(LiteralError) in _ = try Position(literal: text) }
      check { () throws(LiteralError) in
        _ = try FaultRule(
          literal: text, leg: .a, specs: SampleFaults.specs)
      }
      check { () throws(LiteralError) in _ = try Expectation(literal: text) }
    }
  }
}
