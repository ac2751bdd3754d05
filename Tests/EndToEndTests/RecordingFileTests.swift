import Core
import Foundation
import Harness
import Platform
import Testing
import Wire

/// The file of a recording: whole lines whatever happens, secrets never, the loop never held up.
@Suite(.waits) struct RecordingFileTests {
  private static func line(_ size: Int) -> [UInt8] {
    var lines: [UInt8] = []
    RecordingWriter.append(
      RecordingEntry(
        connection: 1, at: .zero, event: .read(.upstream, [UInt8](repeating: 0x61, count: size))),
      to: &lines)
    return lines
  }

  @Test func whatTheProxySeesIsInTheFile() throws {
    let path = try CommandLineTool.scratch("recording") + "/a.jsonl"
    let file = try RecordingFiles.open(path, keys: ["sk-known-key"])
    let recorder = Recorder(file, upstream: "http://up")
    let now = file.start
    func send(_ connection: Int, _ direction: FaultDirection, _ text: String) {
      Array(text.utf8).withUnsafeBytes {
        recorder.received(connection, direction, $0, at: now + .seconds(1))
      }
    }
    for connection in [4, 9] { recorder.opened(connection, client: "c\(connection)", at: now) }
    send(4, .upstream, "GET /?key=abc HTTP/1.1\r\nHost: a\r\nX-Api-Key: abc\r\n\r\n")
    send(9, .downstream, "data: sk-kno")
    send(9, .downstream, "wn-key\n\n")
    recorder.struck(
      FaultRecord(
        leg: .a, rule: "reset at byte(9)", kind: "reset", effect: .cuts, connection: 9, nonce: nil,
        at: now,
        bytesBefore: 9, eventsBefore: 0))
    recorder.ended(9, .downstream, how: .cut, at: now)
    for connection in [4, 9] { recorder.closed(connection, at: now) }
    #expect(file.close() == 0)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for secret in ["abc", "known-key", "sk-kno"] { #expect(!text.contains(secret)) }
    let entries = try RecordingFiles.read(path).entries
    #expect(
      entries.map { "\($0.connection) \($0.event.name)" } == [
        "1 open", "2 open", "1 read", "1 request", "2 read", "2 read", "2 fault", "2 end",
        "1 close", "2 close",
      ])
    #expect(entries[2].at == .seconds(1))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func aRecordingIsNeverOverwritten() throws {
    let path = try CommandLineTool.scratch("recording") + "/a.jsonl"
    _ = try RecordingFiles.open(path).close()
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let error = #expect(throws: SystemError.self) { try RecordingFiles.open(path) }
    #expect(error?.isFileExists == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func whatCannotBeWrittenAtAll() throws {
    let directory = try CommandLineTool.scratch("recording")
    for path in [directory, directory + "/no/such", "/dev/full"] {
      #expect(throws: SystemError.self) { try RecordingFiles.open(path) }
    }
  }

  /// A pipe that nobody reads is a disk that takes nothing more: one batch is stuck in it, at most
  /// the whole backlog, and one more backlog can gather behind that.
  @Test func aDiskThatIsTooSlowLosesLinesAndSaysSo() throws {
    let path = try CommandLineTool.scratch("recording") + "/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    let reader = open(path, O_RDONLY | O_NONBLOCK)
    let notes = RecordingFiles.Notes()
    let line = Self.line(1 << 20)
    let most = 2 * (Limits.lineBacklogBytes / line.count + 1)
    var count = 0
    let pipe = PipeReader()
    let lost = try { () throws -> Int in
      let file = try RecordingFiles.open(path, notes: notes)
      while notes.all.isEmpty, count <= most {
        file.append(line, count: 1, at: file.start + .seconds(1))
        count += 1
      }
      #expect(notes.all.count == 1)
      pipe.start(reader)
      return file.close()
    }()
    let recording = try RecordingReader.read(pipe.wait())
    #expect(lost > 0 && lost < count)
    #expect(recording.lostLines == lost)
    #expect(recording.entries.count == count - lost)
    #expect(!recording.isCut)
    #expect(notes.all.count == 1)
  }

  /// Reads until the last writer is gone, on a thread of its own.
  private final class PipeReader: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    private var bytes: [UInt8] = []

    func start(_ descriptor: Int32) {
      _ = fcntl(descriptor, F_SETFL, 0)
      Thread { [self] in
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
          bytes += buffer[..<count]
        }
        close(descriptor)
        done.signal()
      }.start()
    }

    func wait() -> [UInt8] {
      done.wait()
      return bytes
    }
  }
}
