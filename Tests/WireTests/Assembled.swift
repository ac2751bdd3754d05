import Core
import Wire

/// An answer put together from neutral events, as a client would.
struct Assembled: Equatable, CustomStringConvertible {
  struct Call: Equatable {
    var id: String?
    var name: String?
    var arguments = ""
  }

  var text: [Int: String] = [:]
  var reasoning = ""
  var refusal = ""
  var calls: [Int: Call] = [:]
  var finish: [Int: String] = [:]
  var usage: TokenUsage?
  var errors: [String] = []
  var terminators = 0
  var comments = 0
  var malformed: [String] = []

  init(_ reading: StreamReading) {
    for event in reading.events {
      switch event.kind {
      case .output(.text, let bytes): text[event.choice, default: ""] += Self.string(bytes)
      case .output(.refusal, let bytes): refusal += Self.string(bytes)
      case .output(.toolArguments, let bytes):
        calls[event.call ?? -1, default: Call()].arguments += Self.string(bytes)
      case .reasoning(let bytes): reasoning += Self.string(bytes)
      case .toolCall(let start):
        calls[event.call ?? -1, default: Call()].id = start.id
        calls[event.call ?? -1, default: Call()].name = start.name
      case .finish(let reason): finish[event.choice] = reason
      case .usage(let usage): self.usage = usage
      case .error(let error): errors.append(error.message)
      case .terminator: terminators += 1
      case .comment: comments += 1
      case .malformed(let why): malformed.append(why)
      case .role, .empty: break
      }
    }
  }

  private static func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  var description: String {
    "text \(text) reasoning \(reasoning) refusal \(refusal) calls \(calls) finish \(finish) "
      + "usage \(usage.map { "\($0)" } ?? "none") errors \(errors) ends \(terminators) "
      + "malformed \(malformed)"
  }
}

/// Plays scripts in any dialect, without time or sockets.
enum DialectBench {
  static let nonce = Nonce(value: 0x0123_4567_89AB_CDEF)

  static func request(stream: Bool = true, usage: Bool = true) -> ProviderRequest {
    ProviderRequest(model: "m", stream: stream, usage: usage, nonce: nonce)
  }

  /// The body of the stream, and the marks of what was written in order.
  static func play(
    _ steps: [Step], in dialect: any Dialect, stream: Bool = true, usage: Bool = true
  ) -> (body: [UInt8], marks: [RecordedStep.Event], status: Int) {
    var player = ScriptPlayer(
      script: ProviderScript(steps: steps), request: request(stream: stream, usage: usage),
      dialect: dialect, seed: 1)
    var body: [UInt8] = []
    var marks: [RecordedStep.Event] = []
    var status = 0
    while let action = player.next() {
      switch action {
      case .head: status = 200
      case .write(let bytes, let kind, _):
        body += bytes
        marks.append(RecordedStep.Event(kind: kind, length: bytes.count))
      case .recorded(let read, _):
        body += read.bytes
        marks += read.events
      case .whole(let code, _, let bytes, _):
        status = code
        body = bytes
      case .close, .reset, .end, .stallForever: break
      }
    }
    return (body, marks, status)
  }

  static func token(_ number: Int, _ letter: String = "t") -> String {
    "\(letter)\(number)-89abcdef "
  }

  static func text(_ tokens: Int, _ kind: TextStep.Kind = .text, choice: Int = 0) -> Step {
    .text(TextStep(tokens: tokens, gap: .zero, kind: kind, choice: choice))
  }

  /// One of everything below, as short as it can be.
  static let oneOfEach: [Step] = [
    .role("assistant"), .keepAlive, text(1, .reasoning), text(1),
    .toolCall(ToolCallStep(name: "now", arguments: #"{"a":"ü\""}"#, pieces: 2)),
    .finish("tool_calls"), .usage(UsageStep()), .done,
  ]

  /// Thinks, speaks and calls two tools, with something to keep the connection alive.
  static let everything: [Step] = [
    .role("assistant"), .keepAlive, text(2, .reasoning), text(3),
    .toolCall(
      ToolCallStep(name: "weather", arguments: #"{"city":"Zürich \"x\"","days":[1,2]}"#, pieces: 4)
    ),
    .toolCall(ToolCallStep(name: "now", id: "given", arguments: "{}")),
    .finish("tool_calls"), .usage(UsageStep()), .done,
  ]
}
