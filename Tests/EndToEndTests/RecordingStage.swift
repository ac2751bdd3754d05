import Core
import Foundation
import Harness
import Platform
import Wire

/// A client of a replay that hands every read to a recorder, as a proxy between the two would.
final class RecordingClient: ReadinessTarget, TimerTarget {
  private let loop: EventLoop
  private let recorder: any ProxyObserver
  private let requests: [(at: Nanoseconds, bytes: [UInt8])]
  private var descriptor: Int32 = -1
  private var pending: [UInt64: Int] = [:]
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
  private var deadline: UInt64 = 0
  private(set) var timedOut = false
  /// How many bytes of answers end it, if the server does not close before.
  private var left: Int

  init(
    _ loop: EventLoop, recorder: any ProxyObserver,
    requests: [(at: Nanoseconds, bytes: [UInt8])], answerBytes: Int
  ) {
    self.loop = loop
    self.recorder = recorder
    self.requests = requests
    left = answerBytes
  }

  deinit { buffer.deallocate() }

  /// Runs the loop until the server has closed, or all answers are there.
  func run(_ endpoint: Endpoint) throws {
    descriptor = try Socket.connect(to: endpoint)
    try loop.add(descriptor, .read, self)
    let now = loop.clock.now()
    recorder.opened(1, client: "test", at: now)
    for (index, request) in requests.enumerated() {
      pending[loop.schedule(self, at: now + .milliseconds(5) + request.at)] = index
    }
    deadline = loop.schedule(self, at: now + .seconds(20))
    loop.run()
    recorder.closed(1, at: loop.clock.now())
    loop.remove(descriptor)
    Socket.close(descriptor)
  }

  func timerFired(_ id: UInt64, now: Instant) {
    if id == deadline {
      timedOut = true
      return loop.stop()
    }
    guard let index = pending.removeValue(forKey: id) else { return }
    requests[index].bytes.withUnsafeBytes {
      recorder.received(1, .upstream, $0, at: now)
      _ = Socket.send(descriptor, $0)
    }
  }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    let outcome = Socket.receive(descriptor, buffer)
    let now = loop.clock.now()
    switch outcome {
    case .bytes(let count):
      recorder.received(
        1, .downstream, UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: now)
      left -= count
      if left == 0 { loop.stop() }
    case .wouldBlock: return
    case .closed, .failed:
      recorder.ended(1, .downstream, how: outcome == .closed ? .fin : .reset, at: now)
      loop.stop()
    }
  }
}

/// Files of recordings.
enum RecordingFiles {
  static func read(_ path: String) throws -> Recording {
    try RecordingReader.read([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
  }

  static func open(_ path: String, keys: [String] = [], notes: Notes = Notes()) throws
    -> RecordingFile
  {
    try RecordingFile(path: path, tool: "test", keys: keys) { notes.add($0) }
  }

  /// What a file has said of itself, from whichever thread.
  final class Notes: @unchecked Sendable {
    private let lock = NSLock()
    private var notes: [String] = []

    func add(_ note: String) { lock.withLock { notes.append(note) } }
    var all: [String] { lock.withLock { notes } }
  }
}
