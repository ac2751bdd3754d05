import Core
import Wire

/// Parameters of a request, and what it says of turns before: nothing of it may get lost unsaid.
struct REQParameters: Chapter {
  let checks = [
    ConformanceCheck(
      "REQ-001", "req/stop-sequences", .mustByPolicy, .critical,
      requirement: "stop sequences reach the provider as they were written",
      source: "OpenAI, stop; Anthropic, stop_sequences", expected: ["the same list"],
      mutants: [
        Mutant(#"replace ',"stop":["END","\\n\\n"]' '' upstream"#),
        Mutant("replace '\"END\"' '\"end\"' upstream"),
      ],
      stimuli: { pair in
        [
          Stimulus("two stop sequences", .answer(.tokens(3))) {
            $0.members = member(pair.face.name, stopWords)
          }
        ]
      },
      judge: .each(stops)),
    ConformanceCheck(
      "REQ-002", "req/parameters", .mustByPolicy, .critical,
      requirement:
        "each parameter reaches the provider with its meaning, or the request is refused",
      source: "gateways that drop or rename parameters",
      expected: ["the same value, under its name upstream", "a status of 400 (said, not judged)"],
      mutants: [
        Mutant("replace ',\"temperature\":0' '' upstream"),
        Mutant("replace '\"top_p\":0.25' '\"top_p\":1' upstream"),
        Mutant("replace '\"seed\"' '\"seeds\"' upstream"),
        Mutant("replace '\"required\"' '\"auto\"' upstream"),
      ],
      stimuli: { pair in
        let known = parameters(pair.face.name).map { parameter in
          Stimulus("\(parameter.name) in the request", .answer(.tokens(3))) {
            $0.members = parameter.members
          }
        }
        return known.isEmpty ? [.ref] : known
      },
      judge: .each(kept)),
    ConformanceCheck(
      "REQ-005", "req/reasoning-replayed", .mustByPolicy, .critical,
      requirement: "reasoning and its signature, sent back with the next turn, reach the provider"
        + " unchanged",
      source: "Anthropic, extended thinking: blocks have to be passed back; DeepSeek and others,"
        + " reasoning_content",
      expected: ["the same bytes"],
      mutants: [
        Mutant("replace 'Thought Gr\u{fc}\u{df}e' 'Thought' upstream"),
        Mutant("replace 'Ep/Q+a==' '' upstream"),
      ],
      stimuli: { pair in
        [
          Stimulus("a second turn with the reasoning of the first", .answer(.tokens(3))) {
            $0.history = history(pair.face.name)
          }
        ]
      },
      judge: .each(replayed)),
  ]

  // MARK: Stop sequences

  private static let stopWords = #"["END","\n\n"]"#

  private static func member(_ face: String, _ words: String) -> String {
    switch face {
    case "anthropic-messages": "\"stop_sequences\":\(words)"
    case "gemini", "gemini-array": "\"generationConfig\":{\"stopSequences\":\(words)}"
    case "bedrock": "\"inferenceConfig\":{\"stopSequences\":\(words)}"
    case "ollama": "\"options\":{\"stop\":\(words)}"
    default: "\"stop\":\(words)"
    }
  }

  /// Where the formats have stop sequences.
  private static func stop(_ body: JSONValue) -> JSONValue? {
    [
      body["stop"], body["stop_sequences"], body["generationConfig"]?["stopSequences"],
      body["inferenceConfig"]?["stopSequences"], body["options"]?["stop"],
    ].compactMap { $0 }.first { !$0.isNull }
  }

  private static let stops: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if passage.pair.face.name == "openai-responses" {
      return [.skip(.unsupportedFormat, "Responses has no stop sequences")]
    }
    return withBody(seen) { body in
      guard let stop = stop(body) else { return [.fail("no stop sequences")] }
      let wanted = (try? JSONValue.parse(Array(stopWords.utf8)))
      return stop == wanted ? [] : [.fail("the stop sequences \(text(stop))")]
    }
  }

  // MARK: Parameters

  /// A member, its value, and under which names upstream it means the same.
  private struct Parameter {
    var name: String
    var members: String
    var value: String
    var names: [String]

    init(_ name: String, _ value: String, as names: [String] = [], besides: String = "") {
      self.name = name
      self.value = value
      members = "\(besides)\"\(name)\":\(value)"
      self.names = [name] + names
    }
  }

  private static let tool = #"{"name":"f","description":"d","#
  private static let schema = #"{"type":"object","properties":{"a":{"type":"string"}}}"#

  private static func parameters(_ face: String) -> [Parameter] {
    let both = [Parameter("temperature", "0"), Parameter("top_p", "0.25")]
    switch face {
    case "anthropic-messages":
      return both + [
        Parameter("top_k", "40"),
        Parameter(
          "tool_choice", #"{"type":"any"}"#,
          besides: "\"tools\":[\(tool)\"input_schema\":\(schema)}],"),
      ]
    case "openai-responses":
      return both + [
        Parameter("max_output_tokens", "57", as: ["max_tokens", "max_completion_tokens"]),
        Parameter("parallel_tool_calls", "false"),
      ]
    case "gemini", "gemini-array", "bedrock", "ollama": return []
    default:
      return both + [
        Parameter("max_tokens", "57", as: ["max_completion_tokens", "max_output_tokens"]),
        Parameter("seed", "11"), Parameter("presence_penalty", "0.5"),
        Parameter("logit_bias", #"{"50256":-100}"#),
        Parameter("response_format", #"{"type":"json_object"}"#),
        Parameter(
          "tool_choice", "\"required\"",
          besides:
            "\"tools\":[{\"type\":\"function\",\"function\":\(tool)\"parameters\":\(schema)}}],"
        ),
      ]
    }
  }

  private static let kept: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    let asked = parameters(passage.pair.face.name) + parameters(passage.pair.upstream.name)
    let members = passage.stimulus.traffic.members
    guard let parameter = asked.first(where: { $0.members == members }) else {
      return [.skip(.unsupportedFormat, "what this format has is not known here")]
    }
    if seen.exchange.status == 400 || seen.exchange.status == 422, seen.provider.isEmpty {
      return [.info("refused with \(seen.exchange.status)")]
    }
    return withBody(seen) { body in
      let found = parameter.names.compactMap { body[$0] }.first { !$0.isNull }
      guard let found else { return [.fail("\(parameter.name) is dropped")] }
      let wanted = try? JSONValue.parse(Array(parameter.value.utf8))
      if isSame(found.canonical, wanted?.canonical) { return [] }
      // Other formats choose tools in other words.
      if parameter.name == "tool_choice", !passage.pair.isSame { return [] }
      return [.fail("\(parameter.name) is \(text(found)) instead of \(parameter.value)")]
    }
  }

  /// 0 and 0.0 are one number.
  private static func isSame(_ left: JSONValue, _ right: JSONValue?) -> Bool {
    if case .number(let one) = left, case .number(let other) = right {
      return Double(one) == Double(other)
    }
    return left == right
  }

  // MARK: Reasoning

  private static let thought = "Thought Gr\u{fc}\u{df}e \\n two  blanks"
  private static let signature = "Ep/Q+a=="

  private static func history(_ face: String) -> String {
    let asked = "{\"role\":\"user\",\"content\":\"one\"}"
    switch face {
    case "anthropic-messages":
      return "\(asked),{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":"
        + "\"\(thought)\",\"signature\":\"\(signature)\"},{\"type\":\"text\",\"text\":\"two\"}]}"
    case "gemini", "gemini-array":
      return "{\"role\":\"user\",\"parts\":[{\"text\":\"one\"}]},{\"role\":\"model\",\"parts\":"
        + "[{\"text\":\"\(thought)\",\"thought\":true},"
        + "{\"text\":\"two\",\"thoughtSignature\":\"\(signature)\"}]}"
    case "bedrock":
      return "{\"role\":\"user\",\"content\":[{\"text\":\"one\"}]},{\"role\":\"assistant\","
        + "\"content\":[{\"reasoningContent\":{\"reasoningText\":{\"text\":\"\(thought)\","
        + "\"signature\":\"\(signature)\"}}},{\"text\":\"two\"}]}"
    case "openai-responses":
      return "\(asked),{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{\"type\":"
        + "\"summary_text\",\"text\":\"\(thought)\"}],\"encrypted_content\":\"\(signature)\"},"
        + "{\"role\":\"assistant\",\"content\":\"two\"}"
    case "ollama":
      return "\(asked),{\"role\":\"assistant\",\"content\":\"two\",\"thinking\":\"\(thought)\","
        + "\"signature\":\"\(signature)\"}"
    default:
      return "\(asked),{\"role\":\"assistant\",\"content\":\"two\",\"reasoning_content\":"
        + "\"\(thought)\",\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":"
        + "\"\(signature)\"}]}"
    }
  }

  private static let replayed: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    withBody(seen) { body in
      let said = strings(body)
      let wanted = (try? JSONValue.parse(Array("\"\(thought)\"".utf8)))?.bytes ?? []
      var found: [Finding] = []
      if !said.contains(wanted) { found.append(.fail("the reasoning is lost or altered")) }
      // A signature is of the format that made it: another has no place for it.
      if passage.pair.isSame, !said.contains(Array(signature.utf8)) {
        found.append(.fail("the signature is lost or altered"))
      }
      return found
    }
  }

  // MARK: What the provider got

  private static func withBody(
    _ seen: Observation, _ judge: (JSONValue) -> [Finding]
  ) -> [Finding] {
    guard let request = seen.provider.last else {
      return [.skip(.notObservable, "the request never reached the provider: \(Passage.end(seen))")]
    }
    guard let body = try? JSONValue.parse(request.body) else {
      return [.fail("the provider got no JSON")]
    }
    return judge(body)
  }

  private static func text(_ value: JSONValue) -> String {
    String(decoding: value.serialized().prefix(80), as: UTF8.self)
  }

  /// All strings in it.
  private static func strings(_ value: JSONValue) -> Set<[UInt8]> {
    switch value {
    case .string(let bytes): [bytes]
    case .array(let values): values.reduce(into: []) { $0.formUnion(strings($1)) }
    case .object(let members): members.reduce(into: []) { $0.formUnion(strings($1.value)) }
    default: []
    }
  }
}
