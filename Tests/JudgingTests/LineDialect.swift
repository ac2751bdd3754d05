import Core
import Wire

/// A dialect of one letter and a text per line, so that these tests need no parser of JSON.
struct LineDialect: Dialect {
  let name = "line"
  let about = "one event a line"
  let streamMediaType = "text/event-stream"

  func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest {
    ClientRequest(path: "/", headers: [], body: [], keyHeader: "", keyPrefix: "")
  }

  func read(_ body: [UInt8]) -> StreamReading {
    var reading = StreamReading()
    var start = 0
    while let end = body[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let kind = Self.kind(Array(body[start..<end]))
      reading.events.append(NeutralEvent(kind: kind, start: start, end: end + 1))
      start = end + 1
    }
    if start < body.count { reading.danglingFrom = start }
    return reading
  }

  private static func kind(_ line: [UInt8]) -> NeutralEvent.Kind {
    let rest = Array(line.dropFirst(2))
    let text = String(decoding: rest, as: UTF8.self)
    switch line.first.map({ Character(Unicode.Scalar($0)) }) {
    case "o": return .output(.text, rest)
    case "g": return .reasoning(rest)
    case "r": return .role(text)
    case "f": return .finish(text)
    case "u":
      let numbers = text.split(separator: " ").compactMap { Int($0) }
      return .usage(
        TokenUsage(
          prompt: numbers[0], completion: numbers[1],
          cached: numbers.count > 2 ? numbers[2] : nil,
          reasoning: numbers.count > 3 ? numbers[3] : nil))
    case "d": return .terminator
    case "e": return .error(StreamError(message: text))
    case "c": return .comment
    case ".": return .empty
    default: return .malformed("no such letter")
    }
  }

  /// The same lines, closed by one that says so.
  func readWhole(_ body: [UInt8]) -> StreamReading {
    guard body.suffix(2).elementsEqual("w\n".utf8) else {
      return StreamReading(
        events: [NeutralEvent(kind: .malformed("cut"), start: 0, end: body.count)])
    }
    return read(Array(body.dropLast(2)))
  }

  func readError(_ body: [UInt8]) -> StreamError? {
    body.first == UInt8(ascii: "e") ? StreamError(message: "") : nil
  }
  func isStream(mediaType: String) -> Bool { mediaType == streamMediaType }
  func accepts(_ request: HTTPRequest) -> ProviderRequest? { nil }
  func writer(for request: ProviderRequest, plan: AnswerPlan) -> any StreamWriter { Silent() }
  func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] { [] }
  func error(_ error: ErrorStep) -> [UInt8] { [] }

  private struct Silent: StreamWriter {
    mutating func write(_ event: ScriptedEvent, into out: inout [UInt8]) -> Int { 0 }
  }
}
