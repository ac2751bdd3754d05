/// One read of a recorded stream, as a script plays it.
package struct RecordedStep: Hashable, Sendable {
  /// From the read before it, or from the end of the think time.
  package var gap: Nanoseconds
  /// Of the body, transfer coding removed; empty for a wait alone.
  package var bytes: [UInt8]
  /// What ends in these bytes, in order.
  package var events: [Event]

  package init(gap: Nanoseconds, bytes: [UInt8], events: [Event]) {
    self.gap = gap
    self.bytes = bytes
    self.events = events
  }

  /// One event of the stream in its dialect.
  package struct Event: Hashable, Sendable {
    package var kind: WriteMark.Kind
    /// Bytes of the event in the body.
    package var length: Int
    /// What a token says; empty for any other event.
    package var text: [UInt8]
    /// How many events with data it is on the wire.
    package var events: Int

    package init(kind: WriteMark.Kind, length: Int, text: [UInt8] = [], events: Int? = nil) {
      self.events = events ?? (kind == .comment ? 0 : 1)
      self.kind = kind
      self.length = length
      self.text = text
    }
  }
}

/// Reads one answer of a recording that a scenario names, as the script that plays it.
///
/// Core does no input and knows no dialect: what reads scenarios is handed this where recordings may
/// be named. `answer` counts from 1; without it the first answer that is a stream is taken.
package typealias RecordedScripts =
  @Sendable (
    _ path: String, _ answer: Int?, _ dialect: String
  ) throws(SampleFileError) -> ProviderScript
