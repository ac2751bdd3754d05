/// The provider's script, and where each of its steps is written.
struct PlacedScript {
  var script: ProviderScript
  /// One for each step of the script.
  var positions: [SourcePosition]
  /// Whether every step could be read; only then do the steps say what the script does.
  var isWhole: Bool
  /// The recording that stands in the place of a script.
  var recording: PlacedRecording?
}

/// A recording that is to be played, and where it is named.
struct PlacedRecording {
  var path: String
  var position: SourcePosition
  var answer: Int?
}

extension ScenarioReader {
  mutating func provider(_ member: JSON5Member) -> PlacedScript? {
    guard let fields = fields(of: member.value, "`provider`", keys: ScenarioKeys.provider) else {
      return nil
    }
    if let recording = fields["recording"] { return self.recording(recording, fields) }
    if let answer = fields["answer"] {
      problems.add("`answer` is one of a `recording`, and none is named", at: answer.position)
    }
    var script = ProviderScript(steps: [])
    script.think = fields["think"].flatMap { distribution($0) } ?? script.think
    script.headers =
      fields["headers"].flatMap { choice($0, of: ProviderScript.HeaderTiming.self) }
      ?? script.headers
    script.direct = fields["direct"].flatMap { usage($0) }
    require("script", in: fields)
    guard let list = fields["script"], let elements = elements(list) else { return nil }
    if elements.isEmpty {
      problems.add("`script` needs at least one step", at: list.value.position)
    }
    var result = PlacedScript(script: script, positions: [], isWhole: isWhole)
    for element in elements {
      guard let step = step(element) else {
        result.isWhole = false
        continue
      }
      result.script.steps.append(step)
      result.positions.append(element.position)
    }
    return result
  }

  /// A recorded answer brings its own times and bytes with it.
  private mutating func recording(_ member: JSON5Member, _ fields: Fields) -> PlacedScript? {
    for key in ["think", "headers", "script", "direct"] {
      guard let other = fields[key] else { continue }
      problems.add(
        "`\(key)` cannot stand beside `recording`, which has its own", at: other.position)
    }
    let answer = fields["answer"].flatMap { count($0, in: 1...Limits.streams) }
    guard let path = filledText(member) else { return nil }
    return PlacedScript(
      script: ProviderScript(steps: []), positions: [], isWhole: false,
      recording: PlacedRecording(path: path, position: member.value.position, answer: answer))
  }

  /// Reads the file that the recording is in.
  mutating func script(of recording: PlacedRecording, traffic: Traffic) -> ProviderScript? {
    guard traffic.stream else {
      problems.add(
        "a recording plays a stream, but `stream` is false", at: recording.position)
      return nil
    }
    guard let recordings else {
      problems.add("no recording can be named here", at: recording.position)
      return nil
    }
    do throws(SampleFileError) {
      return try recordings(recording.path, recording.answer, traffic.dialect)
    } catch {
      problems.add(error.message, at: recording.position)
      return nil
    }
  }

  private mutating func step(_ value: JSON5Value) -> Step? {
    switch value.kind {
    case .string(let word): return step(word: word.text, at: value.position)
    case .object(let members):
      guard let member = members.first, members.count == 1 else {
        if isWhole {
          problems.add("a step has one key, found \(members.count)", at: value.position)
        }
        return nil
      }
      return step(member)
    default:
      wrongType(value, "a step", "a word such as \"done\" or an object such as { text: {…} }")
      return nil
    }
  }

  private mutating func step(word: String, at position: SourcePosition) -> Step? {
    switch word {
    case "role": return .role("assistant")
    case "usage": return .usage(UsageStep())
    case "done": return .done
    case "keepAlive": return .keepAlive
    case "close": return .close
    case "reset": return .reset
    case _ where ScenarioKeys.stepKeys.contains(word):
      problems.add("the step `\(word)` needs a value: { \(word): … }", at: position)
    default:
      let known = (ScenarioKeys.stepWords + ScenarioKeys.stepKeys)
      problems.add(
        "unknown step \(quoted(word))\(Suggestion.phrase(for: word, in: known))", at: position)
    }
    return nil
  }

  private mutating func step(_ member: JSON5Member) -> Step? {
    switch member.key {
    case "role": return filledText(member).map { .role($0) }
    case "finish": return finish(member).map { .finish($0) }
    case "comment": return line(member).map { .comment($0) }
    case "raw": return filledText(member).map { .raw(Array($0.utf8)) }
    case "text": return text(member, .text).map { .text($0) }
    case "reasoning": return text(member, .reasoning).map { .text($0) }
    case "refusal": return text(member, .refusal).map { .text($0) }
    case "toolCall": return toolCall(member).map { .toolCall($0) }
    case "stall": return stall(member)
    case "usage": return usage(member).map { .usage($0) }
    case "error": return error(member, keys: ScenarioKeys.error).map { .error($0) }
    case "errorEvent":
      return error(member, keys: ScenarioKeys.errorEvent).map { .errorEvent($0) }
    case _ where ScenarioKeys.stepWords.contains(member.key):
      problems.add(
        "the step `\(member.key)` has no value; write \"\(member.key)\"", at: member.position)
    default:
      let known = ScenarioKeys.stepKeys + ScenarioKeys.stepWords
      let hint = Suggestion.phrase(for: member.key, in: known)
      problems.add(
        "unknown step \(quoted(member.key))"
          + (hint.isEmpty ? "; known: \(known.uniqued().joined(separator: ", "))" : hint),
        at: member.position)
    }
    return nil
  }

  private mutating func stall(_ member: JSON5Member) -> Step? {
    if case .string(let text) = member.value.kind, text.text == "forever" { return .stall(nil) }
    let files = self.files
    let distribution = literal(member.value, "`stall`", like: "2s") { (text) throws(LiteralError) in
      do throws(LiteralError) {
        return try LiteralScanner.whole(text, files: files) { (scanner) throws(LiteralError) in
          try scanner.distribution()
        }
      } catch {
        let word = trimmed(text)
        guard Suggestion.nearest(to: word, in: ["forever"]) != nil else { throw error }
        throw LiteralError(
          offset: error.offset, message: "unknown word \(quoted(word)); did you mean `forever`?")
      }
    }
    return distribution.map { .stall($0) }
  }

  private mutating func error(_ member: JSON5Member, keys: [String]) -> ErrorStep? {
    guard let fields = fields(of: member.value, quoted(member.key), keys: keys) else { return nil }
    var result = ErrorStep()
    result.status = fields["status"].flatMap { count($0, in: 400...599) } ?? result.status
    result.type = fields["type"].flatMap { filledText($0) } ?? result.type
    result.message = fields["message"].flatMap { filledText($0) } ?? result.message
    result.code = fields["code"].flatMap { filledText($0) }
    result.retryAfter = fields["retryAfter"].flatMap {
      count($0, in: 0...Int(Limits.duration.count / 1_000_000_000))
    }
    return result
  }
}

extension [String] {
  fileprivate func uniqued() -> [String] {
    reduce(into: []) { result, word in
      if !result.contains(word) { result.append(word) }
    }
  }
}
