import Core
import Foundation
import Harness
import Platform
import Testing
import Wire

/// A recording that is replayed on loopback and recorded again is the same recording.
@Suite(.waits) struct ReplayLoopbackTests {
  private static let gap = Nanoseconds.milliseconds(25)

  /// Two answers on one connection, cut in odd places: inside a head, a chunk line, a character.
  private static func tape(end: String?) -> Recording {
    let request = Array("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}".utf8)
    let answer = Array(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\ndata: hé\n\n\u{1}\r\n1f\r\n".utf8)
    let rest = Array(String(repeating: "x", count: 31).utf8) + Array("\r\n0\r\n\r\n".utf8)
    let pieces = [answer[..<9], answer[9..<45], answer[45..<56], answer[56...], rest[...]]
    var entries: [RecordingEntry] = []
    var now = Nanoseconds.milliseconds(1)
    func add(_ event: RecordedEvent) {
      entries.append(RecordingEntry(connection: 1, at: now, event: event))
    }
    add(.open(client: "", upstream: "", layer: .wire))
    for number in 1...2 {
      add(.read(.upstream, request))
      add(
        .request(
          RecordedRequest(method: "POST", target: "/a", headers: [], body: Array("{}".utf8)),
          number: number))
      // Of the second answer the end is missing where the connection breaks off.
      for piece in number == 2 && end != nil ? pieces.dropLast() : pieces[...] {
        now += gap
        add(.read(.downstream, Array(piece)))
      }
      now += gap
    }
    if let end, let how = StreamEnding(rawValue: end) { add(.end(.downstream, .stream(how))) }
    add(.close)
    return Recording(tool: "", startedAt: "", entries: entries)
  }

  private static func downstream(_ recording: Recording) -> [RecordingEntry] {
    recording.entries.filter {
      switch $0.event {
      case .read(.downstream, _), .end(.downstream, _): true
      default: false
      }
    }
  }

  private static func bytes(_ recording: Recording, _ direction: FaultDirection) -> [[UInt8]] {
    recording.entries.compactMap {
      if case .read(direction, let bytes) = $0.event { bytes } else { nil }
    }
  }

  /// Plays a tape to a client that records.
  private func again(_ tape: Recording, speed: Double = 1) throws -> Recording {
    let directory = try CommandLineTool.scratch("replay")
    let file = try RecordingFiles.open(directory + "/again.jsonl")
    let loop = try EventLoop()
    defer { loop.dispose() }
    let answers = ReplayAnswers(ReplayPlan(RecordedExchanges.of(tape), speed: speed))
    let provider = try ScriptedProvider(
      loop: loop, listen: Endpoint(host: "127.0.0.1", port: 0), keepsRecords: false
    ) { ReplaySession(connection: $0, answers: answers) }
    defer { provider.stop() }
    let start = tape.entries[1].at
    let requests = tape.entries.compactMap { entry -> (at: Nanoseconds, bytes: [UInt8])? in
      guard case .read(.upstream, let bytes) = entry.event else { return nil }
      return (Nanoseconds(Int64(Double((entry.at - start).count) / speed)), bytes)
    }
    let total = Self.bytes(tape, .downstream).joined().count
    let hasEnd = Self.downstream(tape).count > Self.bytes(tape, .downstream).count
    let client = RecordingClient(
      loop, recorder: Recorder(file, upstream: "\(provider.endpoint)"), requests: requests,
      answerBytes: hasEnd ? .max : total)
    try client.run(provider.endpoint)
    #expect(!client.timedOut)
    #expect(file.close() == 0)
    return try RecordingFiles.read(directory + "/again.jsonl")
  }

  @Test(arguments: [nil, "fin", "reset"])
  func sameBytesSameBoundariesSameEnd(end: String?) throws {
    let tape = Self.tape(end: end)
    let again = try again(tape)
    #expect(Self.bytes(again, .downstream) == Self.bytes(tape, .downstream))
    #expect(Self.bytes(again, .upstream) == Self.bytes(tape, .upstream))
    let ends = [tape, again].map { recording in
      Self.downstream(recording).compactMap { entry -> String? in
        if case .end(_, let how) = entry.event { how.text } else { nil }
      }
    }
    #expect(ends[0] == ends[1])
    #expect(RecordedExchanges.of(again).map(\.isWhole) == RecordedExchanges.of(tape).map(\.isWhole))
  }

  /// Never early; late by as much as a busy machine may be.
  @Test(arguments: [1.0, 2.5])
  func sameGaps(speed: Double) throws {
    let tape = Self.tape(end: nil)
    let again = try again(tape, speed: speed)
    let times = [tape, again].map { RecordedExchanges.of($0).map { $0.pieces.map(\.after) } }
    #expect(times[0].map(\.count) == times[1].map(\.count))
    for (planned, seen) in zip(times[0].joined(), times[1].joined()) {
      let error = seen - Nanoseconds(Int64(Double(planned.count) / speed))
      // The request's instant is taken before it is sent, so nothing can come before its time.
      #expect(error >= .zero && error < .milliseconds(20), "\(planned) came \(error) late")
    }
  }

  @Test func aReplayOfTheReplayIsTheSame() throws {
    let first = try again(Self.tape(end: "fin"))
    let second = try again(first)
    #expect(Self.bytes(first, .downstream) == Self.bytes(second, .downstream))
  }
}
