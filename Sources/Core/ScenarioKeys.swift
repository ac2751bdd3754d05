/// Every key and word of the scenario format, in one place: the reader accepts these and no
/// others, and a test holds the JSON Schema to the same lists.
package enum ScenarioKeys {
  package static let root = [
    "$schema", "name", "about", "provider", "traffic", "faults", "expect", "goodput",
  ]
  package static let provider = ["think", "headers", "script", "direct", "recording", "answer"]
  /// Steps written as a bare word.
  package static let stepWords = ["role", "usage", "done", "keepAlive", "close", "reset"]
  /// Steps written as an object with this one key.
  package static let stepKeys = [
    "role", "text", "reasoning", "refusal", "toolCall", "stall", "comment", "finish", "usage",
    "raw", "error", "errorEvent",
  ]
  /// Also of `reasoning` and `refusal`.
  package static let text = ["tokens", "gap", "choice"]
  package static let toolCall = ["name", "id", "arguments", "pieces", "gap", "choice"]
  /// `finish` as an object.
  package static let finish = ["reason", "sequence", "choice"]
  package static let usage = ["prompt", "completion", "cached", "reasoning", "more"]
  package static let error = ["status", "type", "message", "code", "retryAfter"]
  package static let errorEvent = ["status", "type", "message", "code"]
  package static let traffic = [
    "dialect", "model", "prompt", "output", "streams", "concurrency", "warmup", "arrivals", "think",
    "duration", "stop", "seed",
    "stream", "usage", "leave", "connections", "http", "timeouts", "twins", "purpose",
  ]
  /// `prompt` as an object.
  package static let prompt = [
    "system", "template", "turns", "file", "lines", "words", "bytes",
  ]
  /// `arrivals` as an object.
  package static let trace = ["trace", "format", "scale", "broken"]
  package static let timeouts = ["connect", "tls", "firstByte", "idle", "total"]
  package static let faults = ["legA", "legB"]

  /// Each list by the name that the schema gives the object.
  package static let all: [(name: String, keys: [String])] = [
    ("scenario", root), ("provider", provider), ("stepWord", stepWords), ("stepObject", stepKeys),
    ("text", text), ("toolCall", toolCall), ("finish", finish), ("usage", usage),
    ("error", error), ("errorEvent", errorEvent),
    ("traffic", traffic), ("prompt", prompt), ("trace", trace), ("timeouts", timeouts),
    ("faults", faults),
  ]
}
