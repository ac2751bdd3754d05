package import Core

/// Makes the script of a scenario out of a recorded answer: its body in the same reads at the same
/// times, framed anew, so that the provider knows what it wrote of which event and when.
package enum RecordedScript {
  /// - Parameter number: which of the recording's answers, from 1; nil for the first that is a stream.
  package static func of(
    _ exchanges: [RecordedExchange], answer number: Int?, dialect: any Dialect
  ) throws(RecordingError) -> ProviderScript {
    let answers = exchanges.filter { !$0.pieces.isEmpty }
    guard let number else {
      guard let stream = answers.lazy.compactMap(Stream.init).first else {
        throw RecordingError("none of its \(answers.count) answers is an event stream")
      }
      return try script(stream, dialect)
    }
    guard number <= answers.count else {
      throw RecordingError("it has no answer \(number): there are \(answers.count)")
    }
    guard let stream = Stream(answers[number - 1]) else {
      throw RecordingError("its answer \(number) is no event stream with status 2xx, or is coded")
    }
    return try script(stream, dialect)
  }

  private static func script(
    _ stream: Stream, _ dialect: any Dialect
  ) throws(RecordingError) -> ProviderScript {
    let reading = dialect.read(Array(stream.reads.flatMap(\.bytes)))
    var events = reading.events[...]
    guard !events.isEmpty else { throw RecordingError("there is no event in its stream") }
    var script = ProviderScript(
      think: .constant(stream.reads[0].after), headers: .withFirstEvent, steps: [])
    var tokens = 0
    var end = 0
    var counted = 0
    var last = stream.reads[0].after
    for (index, read) in stream.reads.enumerated() {
      // Written closer than a peer can read them, two reads would become one.
      let due = index == 0 ? last : max(read.after, last + ReplaySession.spacing)
      end += read.bytes.count
      var step = RecordedStep(gap: due - last, bytes: read.bytes, events: [])
      let silence = Step.stall(.constant(due - last))
      if index > 0 { script.steps.append(silence) }
      while let event = events.first, event.end <= end {
        events.removeFirst()
        var translated = translate(event, &tokens, &script.steps)
        // One wire event that says several things is one event all the same.
        if event.end == counted { translated.events = 0 }
        counted = event.end
        step.events.append(translated)
      }
      script.recorded.append(step)
      last = due
    }
    if let after = stream.end?.after, after > last {
      script.recorded.append(RecordedStep(gap: after - last, bytes: [], events: []))
    }
    switch stream.end?.how {
    case .fin where !stream.isWhole: script.steps.append(.close)
    case .reset where !stream.isWhole: script.steps.append(.reset)
    case .silence where !stream.isWhole: script.steps.append(.stall(nil))
    default: break
    }
    return script
  }

  /// What the provider writes for an event, and the step that would have written the like.
  private static func translate(
    _ event: NeutralEvent, _ tokens: inout Int, _ steps: inout [Step]
  ) -> RecordedStep.Event {
    let length = event.end - event.start
    switch event.kind {
    case .output(.text, let text):
      defer { tokens += 1 }
      steps.append(.text(TextStep(tokens: 1, gap: .zero)))
      return RecordedStep.Event(kind: .token(tokens), length: length, text: text)
    case .finish(let reason):
      steps.append(.finish(FinishStep(reason)))
      return RecordedStep.Event(kind: .finish, length: length)
    case .usage(let usage):
      steps.append(
        .usage(
          UsageStep(
            prompt: usage.prompt, completion: usage.completion, cached: usage.cached ?? 0,
            reasoning: usage.reasoning ?? 0)))
      return RecordedStep.Event(kind: .usage, length: length)
    case .terminator:
      steps.append(.done)
      return RecordedStep.Event(kind: .done, length: length)
    case .error(let error):
      steps.append(.errorEvent(ErrorStep(type: error.type ?? "", message: error.message)))
      return RecordedStep.Event(kind: .errorEvent, length: length)
    case .comment:
      steps.append(.comment(""))
      return RecordedStep.Event(kind: .comment, length: length)
    case .role, .reasoning, .output, .toolCall, .empty, .malformed:
      // Neither counted nor timed; a role is the step that says as little.
      steps.append(.role("assistant"))
      return RecordedStep.Event(kind: .role, length: length)
    }
  }

  /// The body of a recorded event stream, without transfer coding.
  private struct Stream {
    var reads: [RecordedPiece] = []
    let end: RecordedClose?
    let isWhole: Bool

    /// Nil for an answer of another kind.
    init?(_ exchange: RecordedExchange) {
      end = exchange.end
      isWhole = exchange.isWhole
      var scanner = HTTPMessageScanner(reportsData: true)
      var isStream = false
      // Bytes before the message under way, and before this piece.
      var (origin, seen) = (0, 0)
      for piece in exchange.pieces {
        var payload: [UInt8] = []
        var heads = 0
        for landmark in scanner.scan(piece.bytes) {
          switch landmark {
          case .headEnd(let status):
            isStream = (200..<300).contains(status) && scanner.heads[heads].isEventStream
            heads += 1
          case .data(let start, let count):
            let from = origin + start - seen
            payload += piece.bytes[from..<(from + count)]
          case .responseEnd(let rawEnd): origin += rawEnd
          case .responseStart, .event, .notHTTP: break
          }
        }
        seen += piece.bytes.count
        if !payload.isEmpty { reads.append(RecordedPiece(after: piece.after, bytes: payload)) }
      }
      guard isStream, !reads.isEmpty else { return nil }
    }
  }
}
