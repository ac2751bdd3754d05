import Core
import Testing

/// Prompts: what each request says is a function of seed and number, whatever was sent before.
@Suite struct PromptTests {
  private static let files: SampleFiles = { (name) throws(SampleFileError) in
    switch name {
    case "questions.txt": Array("First?\r\n\nSecond?\nThird?".utf8)
    case "lengths.txt": Array("12\n80\n1500\n".utf8)
    case "empty.txt": Array("\n \n".utf8)
    case "requests.jsonl":
      Array(
        """
        {"messages": [{"role": "system", "content": "Short."}, {"role": "user", "content": "A?"}]}
        [{"role": "user", "content": "B?"}]

        """.utf8)
    case "broken.jsonl": Array("[{\"role\":\"user\",\"content\":\"A?\"}]\n{\"messages\":".utf8)
    case "usr.jsonl": Array("[{\"role\":\"usr\",\"content\":\"A?\"}]".utf8)
    case "answered.jsonl": Array("[{\"role\":\"assistant\",\"content\":\"A.\"}]".utf8)
    case "trace.csv":
      Array(
        """
        TIMESTAMP,ContextTokens,GeneratedTokens
        2023-11-16 18:15:46.6805900,374,44
        2023-11-16 18:15:50.9951690,396,109
        """.utf8)
    default: throw SampleFileError("no file \(name)")
    }
  }

  private static func read(_ traffic: String, script: String = "'role', 'done'") throws -> Traffic {
    let source = "{ name: 'x', provider: { script: [\(script)] }, traffic: { \(traffic) } }"
    return try ScenarioReader.read(
      Array(source.utf8), path: "s", faults: [], files: files
    ).traffic
  }

  private static func texts(_ traffic: Traffic, _ ordinals: [Int], seed: UInt64 = 7) -> [String] {
    ordinals.map { ordinal in
      traffic.prompt(of: ordinal, seed: seed).messages.map { "\($0.role): \($0.text)" }
        .joined(separator: " | ")
    }
  }

  @Test func aFixedPromptIsTheSameForAll() throws {
    let traffic = try Self.read("prompt: 'Count {n}.'")
    let first = traffic.prompt(of: 0, seed: 7)
    let nonce = Nonce(seed: 7, ordinal: 0)
    #expect(first == Prompt("Count {n}.", nonce: nonce))
    #expect(traffic.prompt.fixed == "Count {n}.")
  }

  @Test func templatesAreFilledIn() throws {
    let traffic = try Self.read(
      "prompt: { template: '{n}/{seed}: {line} {{x}}', lines: 'questions.txt', system: 'Be {n}.' }")
    let nonces = (0..<5).map { Nonce(seed: 7, ordinal: $0).promptMarker }
    #expect(
      Self.texts(traffic, [0, 1, 3]) == [
        "system: Be 1. | user: 1/7: First? {x} \(nonces[0])",
        "system: Be 2. | user: 2/7: Second? {x} \(nonces[1])",
        "system: Be 4. | user: 4/7: First? {x} \(nonces[3])",
      ])
  }

  @Test func lengthsAreDrawnAndDoNotDependOnTheOrder() throws {
    for unit in ["words", "bytes"] {
      let traffic = try Self.read("prompt: { \(unit): 'lognormal(p50=40, p99=400)' }")
      let all = Self.texts(traffic, Array(0..<60))
      #expect(Self.texts(traffic, (0..<60).reversed()) == all.reversed())
      #expect(Self.texts(traffic, Array(0..<60), seed: 8) != all)
      let lengths = (0..<60).map { ordinal in
        let prompt = traffic.prompt(of: ordinal, seed: 7)
        let text = prompt.messages[0].text.dropLast(prompt.nonce.promptMarker.utf8.count + 1)
        return unit == "words" ? text.split(separator: " ").count : text.utf8.count
      }
      #expect(lengths.min()! >= 1)
      #expect((20...80).contains(lengths.sorted()[30]), "half of them have up to 40 \(unit)")
      #expect(Set(lengths).count > 20)
    }
    let fixed = try Self.read("prompt: { template: 'Sum up: {text}', bytes: 1000 }")
    let text = fixed.prompt(of: 3, seed: 1).messages[0].text
    #expect(text.utf8.count == 8 + 1_000 + 1 + 32 && text.hasPrefix("Sum up: "))
    let measured = try Self.read("prompt: { words: 'empirical(\"lengths.txt\")' }")
    let counts = (0..<30).map {
      measured.prompt(of: $0, seed: 1).messages[0].text.split(separator: " ").count - 1
    }
    #expect(Set(counts) == [12, 80, 1_500])
  }

  @Test func filesOfPromptsAreGoneThrough() throws {
    let lines = try Self.read("prompt: { file: 'questions.txt', system: 'Hi' }")
    #expect(Self.texts(lines, [2])[0].hasPrefix("system: Hi | user: Third? relaymark-nonce:"))
    let requests = try Self.read("prompt: { file: 'requests.jsonl' }")
    #expect(Self.texts(requests, [2])[0].hasPrefix("system: Short. | user: A? relaymark-nonce:"))
    #expect(Self.texts(requests, [1])[0].hasPrefix("user: B? relaymark-nonce:"))
  }

  @Test func tracesSayHowLongPromptsAndAnswersAre() throws {
    let traffic = try Self.read(
      "arrivals: { trace: 'trace.csv', format: 'azure' }, prompt: { words: 'trace' }, output: 'trace'",
      script: "'role', { text: { tokens: 'asked' } }, 'done'")
    for (ordinal, input, output) in [(0, 374, 44), (1, 396, 109)] {
      let prompt = traffic.prompt(of: ordinal, seed: 1)
      #expect(prompt.outputTokens == output)
      #expect(prompt.messages[0].text.split(separator: " ").count == input + 2)
      #expect(AskedTokens.find(in: Array(prompt.messages[0].text.utf8)) == output)
    }
  }

  @Test func scriptsAnswerAtTheLengthThatIsAsked() {
    #expect(AskedTokens.find(in: Array("a relaymark-tokens:7 b relaymark-tokens:31\"".utf8)) == 31)
    #expect(AskedTokens.find(in: Array("relaymark-tokens:0".utf8)) == nil)
    #expect(AskedTokens.find(in: Array("relaymark-tokens:".utf8)) == nil)
    #expect(AskedTokens.find(in: Array("relaymark-tokens:99999999".utf8)) == nil)
    #expect(AskedTokens.find(in: []) == nil)
    #expect(AskedTokens.find(in: Array("relaymark-token".utf8)) == nil)
  }

  @Test func turnsCarryTheAnswersBeforeThem() throws {
    let traffic = try Self.read(
      "prompt: { turns: ['Hello {n}', 'And {turn}?', 'Bye'], system: 'S' }, streams: 7")
    var conversations = Conversations(traffic, seed: 3)
    // The second conversation first.
    let start = conversations.prompt(of: 3)
    #expect(start.messages.map(\.role) == [.system, .user])
    #expect(start.messages[1].text.hasPrefix("Hello 2 relaymark-nonce:"))
    #expect(conversations.next(after: 3, answer: "Hi.", total: 7) == 4)
    let second = conversations.prompt(of: 4)
    #expect(second.messages.prefix(2) == start.messages.prefix(2))
    #expect(second.messages[2] == Prompt.Message(role: .assistant, text: "Hi."))
    #expect(second.messages[3].text == "And 2? \(Nonce(seed: 3, ordinal: 4).promptMarker)")
    #expect(second.messages.count == 4)
    #expect(conversations.next(after: 4, answer: nil, total: 7) == nil, "no answer, no next turn")
    #expect(conversations.unsaid == 1)
    #expect(conversations.next(after: 6, answer: "Hi.", total: 7) == nil, "there are only seven")
    #expect(conversations.unsaid == 1)
  }

  @Test(arguments: [
    ("prompt: { template: 'a {lin}' }", "unknown place `{lin}`; did you mean `line`?"),
    ("prompt: { template: 'a {line}' }", "`{line}` needs a file of `lines`"),
    ("prompt: { template: 'a {n' }", "this brace is never closed"),
    ("prompt: { template: 'a } b' }", "this brace closes nothing"),
    ("prompt: { template: 'a', lines: 'questions.txt' }", "no template has a `{line}`"),
    ("prompt: { template: 'a', words: 5 }", "no template has a `{text}`"),
    ("prompt: { template: '{text}' }", "`{text}` needs its length"),
    ("prompt: { words: 5, bytes: 5 }", "in `words` or in `bytes`, not in both"),
    ("prompt: { words: 0 }", "`words` must be 1 to"),
    ("prompt: { words: 'uniform(5, 2)' }", "must not be below the first"),
    ("prompt: { words: '20ms' }", "unexpected `ms`"),
    ("prompt: { words: 'trace' }", "there is no trace to take lengths from"),
    ("prompt: {}", "a prompt needs one of template, turns, file, words and bytes"),
    ("prompt: { turns: [] }", "`turns` has 1 to 100"),
    ("prompt: { turns: ['a', 5] }", "a turn must be a string"),
    ("prompt: { turns: ['a', 'b'] }, leave: 'event(1)'", "with `leave` there is none"),
    ("prompt: { turns: ['a', 'b'] }, arrivals: 'constant 5/s'", "`turns` need a closed loop"),
    ("prompt: { template: 'a', turns: ['b'] }", "`turns` cannot stand beside `template`"),
    ("prompt: { tmplate: 'a' }", "unknown key `tmplate`; did you mean `template`?"),
    ("prompt: { file: 'no.txt' }", "no file no.txt"),
    ("prompt: { file: 'empty.txt' }", "`empty.txt`: there is no prompt in it"),
    ("prompt: { file: 'broken.jsonl' }", "`broken.jsonl`: line 2: it is no JSON"),
    (
      "prompt: { file: 'usr.jsonl' }", "line 1: message 1: unknown role `usr`; did you mean `user`?"
    ),
    ("prompt: { file: 'answered.jsonl' }", "the last message is the assistant's"),
    ("prompt: { file: 'requests.jsonl', system: 'a' }", "which have their own"),
    ("prompt: 5", "`prompt` must be a string or an object"),
    ("output: 50", "no text of the script has `tokens: \"asked\"`"),
    ("output: 'trace'", "there is no trace to take lengths from"),
  ])
  func mistakesAreNamed(traffic: String, message: String) throws {
    do {
      _ = try Self.read(traffic)
      Issue.record("\(traffic) was taken")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test func aLengthThatNobodyAsksForIsAMistake() throws {
    for (script, message) in [
      ("'role', { text: { tokens: 'asked' } }, 'done'", "`traffic.output` does not say how long"),
      ("{ text: { tokens: 'askd' } }", "must be a whole number"),
    ] {
      do {
        _ = try Self.read("streams: 1", script: script)
        Issue.record("\(script) was taken")
      } catch {
        #expect("\(error)".contains(message), "\(error)")
      }
    }
  }
}
