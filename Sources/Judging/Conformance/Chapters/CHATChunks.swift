import Core
import Wire

/// The members that every chunk has.
struct CHATChunks: Chapter {
  private static let schema = "OpenAI, OpenAPI: CreateChatCompletionStreamResponse"

  let checks = [
    ConformanceCheck(
      "CHAT-001", "chat/json", .must, .critical, needs: .client, face: .chat,
      requirement: "every data payload is a JSON object or [DONE]",
      source: "OpenAI, streaming: all SDKs parse each of them", expected: ["JSON objects"],
      mutants: [Mutant("inject oops at event(3)"), Mutant("inject '[1]' at event(3)")],
      stimuli: { _ in [.ref] }, judge: .each(isJSON)),
    ConformanceCheck(
      "CHAT-003", "chat/required-keys", .must, .major, needs: .client, face: .chat,
      requirement: "every chunk has id, object, created, model and choices, of the right types",
      source: schema, expected: ["all five, and object is chat.completion.chunk"],
      mutants: [
        Mutant("replace '\"object\":\"chat.completion.chunk\",' ''"),
        Mutant("replace '\"created\":' '\"made\":'"),
        Mutant("replace '\"model\":\"' '\"modl\":\"'"),
        Mutant("replace 'chat.completion.chunk' 'chat.completion'"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(requiredKeys)),
    ConformanceCheck(
      "CHAT-004", "chat/constant-ids", .must, .minor, needs: .client, face: .chat,
      requirement: "id, created and model are the same in every chunk",
      source: schema + ": each chunk has the same ID, and the same timestamp",
      expected: ["one value each", "several of created or model (a warning)"],
      mutants: [
        Mutant("replace '\"id\":\"' '\"id\":\"x' first=1"),
        Mutant("replace '\"created\":1' '\"created\":2' first=1", gives: .warn),
      ],
      stimuli: { _ in [.ref] }, judge: .each(constant)),
    ConformanceCheck(
      "CHAT-005", "chat/choice-keys", .must, .minor, needs: .client, face: .chat,
      requirement: "every choice has index, delta and finish_reason, which is null until the end",
      source: schema + ": required are delta, finish_reason and index",
      expected: ["all three, and finish_reason never empty"],
      mutants: [
        Mutant("replace ',\"finish_reason\":null' ''"),
        Mutant("replace '\"finish_reason\":null' '\"finish_reason\":\"\"'"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(choiceKeys)),
    ConformanceCheck(
      "CHAT-011", "chat/role-first", .should, .minor, needs: .client, face: .chat,
      requirement: "the first delta of a choice has the role assistant, and no later one another",
      source: "OpenAI, streaming: the first chunk", expected: ["role assistant first"],
      mutants: [
        Mutant("drop-event at event(1)", gives: .warn),
        Mutant("replace '\"role\":\"assistant\"' '\"role\":\"user\"'", gives: .warn),
      ],
      stimuli: { _ in [.ref] }, judge: .each(roleFirst)),
  ]

  private static let isJSON: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    for data in seen.lens.blocks.compactMap(\.data) where !data.elementsEqual("[DONE]".utf8) {
      if case .object? = try? JSONValue.parse(data) { continue }
      return [.fail("the data \(String(decoding: data.prefix(60), as: UTF8.self))")]
    }
    return []
  }

  /// Chunks that are no error.
  private static func chunks(_ seen: Observation) -> [JSONValue] {
    seen.payloads.filter { $0["error"] == nil || $0["choices"] != nil }
  }

  private static let requiredKeys: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    var missing: [String] = []
    for chunk in chunks(seen) {
      for key in ["id", "object", "model"] where chunk[key]?.bytes == nil { missing.append(key) }
      if chunk["created"]?.int == nil { missing.append("created") }
      if chunk["choices"]?.array == nil { missing.append("choices") }
      if let object = chunk["object"]?.string, object != "chat.completion.chunk" {
        missing.append("object (it is \(object))")
      }
    }
    return Set(missing).sorted().map { .fail("\($0) is missing or of another type") }
  }

  private static let constant: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    var found: [Finding] = []
    for key in ["id", "created", "model"] {
      // Azure's first chunk, with prompt filter results alone, has none of them.
      let values = chunks(seen).filter { $0["id"]?.bytes?.isEmpty != true }.compactMap { $0[key] }
      let count = Set(values).count
      guard count > 1 else { continue }
      let words = "\(count) values of \(key)"
      found.append(key == "id" ? .fail(words) : .warn(words))
    }
    return found
  }

  private static let choiceKeys: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    var missing: Set<String> = []
    for choice in chunks(seen).flatMap({ $0["choices"]?.array ?? [] }) {
      for key in ["index", "delta", "finish_reason"] where choice[key] == nil {
        missing.insert("\(key) is missing")
      }
      if choice["finish_reason"]?.bytes?.isEmpty == true { missing.insert("finish_reason is \"\"") }
    }
    return missing.sorted().map { .fail($0) }
  }

  private static let roleFirst: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    var roles: [Int: [String?]] = [:]
    for choice in chunks(seen).flatMap({ $0["choices"]?.array ?? [] }) {
      roles[choice["index"]?.int ?? 0, default: []].append(choice["delta"]?["role"]?.string)
    }
    var found: [Finding] = []
    for index in roles.keys.sorted() {
      let own = roles[index] ?? []
      if own.first != "assistant" {
        found.append(.warn("the first delta has the role \((own.first ?? nil) ?? "none")"))
      }
      if let other = own.compactMap(\.self).first(where: { $0 != "assistant" }) {
        found.append(.warn("a delta has the role \(other)"))
      }
    }
    return found
  }
}
