package import Core

/// Gemini's `streamGenerateContent` without `alt=sse`: one JSON array that grows.
///
/// The array has to be closed for the stream to be whole, and every candidate to have ended.
package struct GeminiArray: GeminiDialect, Dialect {
  package let name = "gemini-array"
  package let about = "Gemini: POST /v1beta/models/…:streamGenerateContent, one JSON array"
  package let streamMediaType = "application/json; charset=UTF-8"
  let framing = GeminiWriter.Framing.array

  package init() {}

  package func isStream(mediaType: String) -> Bool { mediaType == "application/json" }

  package func read(_ body: [UInt8]) -> StreamReading {
    let found = ArrayElements(body)
    var reader = GeminiReader()
    var reading = StreamReading()
    for element in found.elements {
      for one in reader.said(by: Array(body[element])) {
        reading.events.append(one.event(start: element.lowerBound, end: element.upperBound))
      }
    }
    if let close = found.close, found.garbage == nil {
      let kind = reader.isOver ? NeutralEvent.Kind.terminator : .empty
      reading.events.append(NeutralEvent(kind: kind, start: close, end: close + 1))
    }
    if let garbage = found.garbage {
      reading.events.append(
        NeutralEvent(
          kind: .malformed("a byte that has no place in an array of objects"), start: garbage,
          end: garbage + 1))
    }
    reading.danglingFrom = found.garbage == nil ? found.openFrom : nil
    return reading
  }

  package func error(_ error: ErrorStep) -> [UInt8] {
    var out: [UInt8] = []
    out.put("[")
    GeminiParts.put(error, &out)
    out.put("\n]")
    return out
  }
}
