package import Core
import Wire

/// Records what passes through one proxy; lives on the proxy's loop.
package final class Recorder: ProxyObserver {
  private let file: RecordingFile
  private let upstream: String
  private var connections: [Int: ConnectionRecorder] = [:]
  /// The lines of one call, which come few at a time.
  private var lines: [UInt8] = []

  /// - Parameter upstream: where the proxy forwards to, for readers of the file.
  package init(_ file: RecordingFile, upstream: String) {
    self.file = file
    self.upstream = upstream
  }

  package func opened(_ connection: Int, client: String, at now: Instant) {
    connections[connection] = ConnectionRecorder(
      connection: file.nextConnection(), start: file.start, keys: file.keys)
    connections[connection]?.opened(client: client, upstream: upstream, at: now, into: &lines)
    hand(at: now)
  }

  package func received(
    _ connection: Int, _ direction: FaultDirection, _ bytes: UnsafeRawBufferPointer, at now: Instant
  ) {
    connections[connection]?.received(direction, [UInt8](bytes), at: now, into: &lines)
    hand(at: now)
  }

  package func ended(
    _ connection: Int, _ direction: FaultDirection, how: StreamEnding, at now: Instant
  ) {
    connections[connection]?.ended(direction, how: how, at: now, into: &lines)
    hand(at: now)
  }

  package func closed(_ connection: Int, at now: Instant) {
    connections[connection]?.closed(at: now, into: &lines)
    connections[connection] = nil
    hand(at: now)
  }

  package func struck(_ record: FaultRecord) {
    connections[record.connection]?.struck(record, into: &lines)
    hand(at: record.at)
  }

  private func hand(at now: Instant) {
    guard !lines.isEmpty else { return }
    file.append(lines, count: lines.count { $0 == UInt8(ascii: "\n") }, at: now)
    lines.removeAll(keepingCapacity: lines.capacity <= Limits.readBytes * 2)
  }
}
