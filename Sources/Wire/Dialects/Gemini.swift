package import Core

/// Gemini's `streamGenerateContent` with `alt=sse`: whole responses as server-sent events, with CR
/// LF, ended by a finish reason.
///
/// ai.google.dev/api/generate-content; the official SDK takes any line that is neither empty nor
/// begins with `data: ` for a broken answer, comments included.
package struct Gemini: GeminiDialect, Dialect {
  package let name = "gemini"
  package let about = "Gemini: POST /v1beta/models/…:streamGenerateContent?alt=sse"
  package let streamMediaType = "text/event-stream"
  let framing = GeminiWriter.Framing.events

  package init() {}

  package func isStream(mediaType: String) -> Bool { mediaType == "text/event-stream" }

  package func read(_ body: [UInt8]) -> StreamReading {
    var reader = GeminiReader()
    return EventStream.read(body) { block in
      guard case .event(_, let data, _) = block else {
        return EventStream.saidWithoutEvent(block) ?? []
      }
      let wasOver = reader.isOver
      let said = reader.said(by: data)
      return reader.isOver && !wasOver ? said + [Said(.terminator)] : said
    }
  }

  package func error(_ error: ErrorStep) -> [UInt8] {
    var out: [UInt8] = []
    GeminiParts.put(error, &out)
    return out
  }
}
