package import Core
package import Platform
import Wire

/// Every fault that proxies carry out, one line of JSON each (scenarios/FAULTS.md, "The log").
///
/// A line is written as its fault strikes, so that it is there whatever comes next: a stall has no
/// end, and a message may have none. How much came behind is told by a second line, when the
/// message is over: one for each rule, however often it struck.
package final class FaultLog: Sendable {
  private let file: LineFile

  /// - Parameters:
  ///   - path: where it is written to, or nil for standard output.
  ///   - tool: the version of relaymark.
  ///   - note: told once if lines are lost, on whichever thread it happens.
  package init(
    path: String?, tool: String, seed: UInt64, note: @escaping @Sendable (String) -> Void
  ) throws(SystemError) {
    let target = if let path { try AppendFile(path: path) } else { try AppendFile() }
    file = try LineFile(
      write: target.append, what: "the log",
      header: { startedAt in
        Self.line([
          .init("relaymark", .text("faults/1")), .init("tool", .text(tool)),
          .init("clock", .text("CLOCK_MONOTONIC")), .init("startedAt", .text(startedAt)),
          .init("seed", .number(String(seed))),
        ])
      },
      missing: { count, at in
        Self.line([
          .init("type", .text("lost")), .init("lines", .integer(count)),
          .init("at", .integer(Int(at.count))),
        ])
      }, note: note)
  }

  /// A fault struck; what came behind it is known already where nothing can.
  package func struck(_ record: FaultRecord, proxy: String) {
    var members =
      Self.members("fault", record, proxy) + [
        .init("kind", .text(record.kind)), .init("effect", .text(record.effect.rawValue)),
        .init("planned", since(record.planned)), .init("at", since(record.at)),
        .init("bytesBefore", .integer(record.bytesBefore)),
        .init("eventsBefore", .integer(record.eventsBefore)),
      ]
    if let bytes = record.bytesAfter { members.append(.init("bytesAfter", .integer(bytes))) }
    if let events = record.eventsAfter { members.append(.init("eventsAfter", .integer(events))) }
    file.append(Self.line(members), count: 1, at: record.at)
  }

  /// The message in which a rule struck, last with this record, is over, and so much of it has
  /// passed the rule in all.
  package func over(_ record: FaultRecord, proxy: String, bytes: Int, events: Int, at now: Instant)
  {
    let members =
      Self.members("over", record, proxy) + [
        .init("at", since(now)), .init("bytes", .integer(bytes)), .init("events", .integer(events)),
      ]
    file.append(Self.line(members), count: 1, at: now)
  }

  /// Writes what is left and ends.
  ///
  /// - Returns: how many lines are missing.
  package func close() -> Int { file.close() }

  private func since(_ instant: Instant) -> JSONValue {
    .integer(Int((instant - file.start).count))
  }

  /// What tells where a rule was at work.
  private static func members(_ type: String, _ record: FaultRecord, _ proxy: String)
    -> [JSONValue.Member]
  {
    [
      .init("type", .text(type)), .init("proxy", .text(proxy)),
      .init("connection", .integer(record.connection)), .init("request", .integer(record.request)),
      .init("direction", .text(record.direction.rawValue)), .init("rule", .text(record.rule)),
    ]
  }

  private static func line(_ members: [JSONValue.Member]) -> [UInt8] {
    JSONValue.object(members).serialized() + [UInt8(ascii: "\n")]
  }
}
