package import Core
package import Platform
import Wire

/// Every fault that proxies carry out, one line of JSON each (scenarios/README.md, "The log").
///
/// A line is written when the message in which the fault struck is over, because it says what came
/// after it.
package final class FaultLog: Sendable {
  private let file: LineFile

  /// - Parameters:
  ///   - tool: the version of relaymark.
  ///   - note: told once if lines are lost, on whichever thread it happens.
  package init(
    path: String, tool: String, seed: UInt64, note: @escaping @Sendable (String) -> Void
  ) throws(SystemError) {
    file = try LineFile(
      path: path, what: "the log",
      header: { startedAt in
        Self.line([
          .init("relaymark", .text("faults/1")), .init("tool", .text(tool)),
          .init("clock", .text("CLOCK_MONOTONIC")), .init("startedAt", .text(startedAt)),
          .init("seed", .number(String(seed))),
        ])
      },
      missing: { count, at in
        Self.line([.init("lost", .integer(count)), .init("at", .integer(Int(at.count)))])
      }, note: note)
  }

  package func append(_ record: FaultRecord, proxy: String) {
    var members: [JSONValue.Member] = [
      .init("proxy", .text(proxy)), .init("connection", .integer(record.connection)),
      .init("request", .integer(record.request)), .init("rule", .text(record.rule)),
      .init("kind", .text(record.kind)), .init("effect", .text(record.effect.rawValue)),
      .init("direction", .text(record.direction.rawValue)),
      .init("planned", .integer(Int((record.planned - file.start).count))),
      .init("at", .integer(Int((record.at - file.start).count))),
      .init("bytesBefore", .integer(record.bytesBefore)),
      .init("eventsBefore", .integer(record.eventsBefore)),
    ]
    // Unknown where the connection was gone before the message was over.
    if let bytes = record.bytesAfter { members.append(.init("bytesAfter", .integer(bytes))) }
    if let events = record.eventsAfter { members.append(.init("eventsAfter", .integer(events))) }
    file.append(Self.line(members), count: 1, at: record.at)
  }

  /// Writes what is left and ends.
  ///
  /// - Returns: how many lines are missing.
  package func close() -> Int { file.close() }

  private static func line(_ members: [JSONValue.Member]) -> [UInt8] {
    JSONValue.object(members).serialized() + [UInt8(ascii: "\n")]
  }
}
