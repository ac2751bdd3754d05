import Core
import Foundation
import Testing
import Wire

/// `run --record` and `replay`, as a user runs them.
@Suite(.waits) struct ReplayCommandTests {
  private static let key = "sk-test-0123456789abcdef"

  private static let scenario = """
    { name: "short", traffic: { streams: 2 },
      provider: { script: ["role", { text: { tokens: 4, gap: "15ms" } }, { finish: "stop" }, "usage", "done"] } }
    """

  private func record(_ directory: String) throws -> String {
    try Self.scenario.write(toFile: directory + "/s.json5", atomically: true, encoding: .utf8)
    let path = directory + "/run.jsonl"
    let result = try CommandLineTool.run([
      "run", directory + "/s.json5", "--record=\(path)", "--out=\(directory)", "--allow-unfit",
      "--quiet",
    ])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error.contains("recorded in \(path)"))
    return path
  }

  /// Plays a file as the provider and runs another command against it.
  private func play(
    _ path: String, _ more: [String] = [],
    then client: (_ base: String) throws -> CommandLineTool.Result
  ) throws -> (provider: CommandLineTool.Result, client: CommandLineTool.Result?) {
    var outcome: CommandLineTool.Result?
    let provider = try CommandLineTool.run(
      ["replay", path, "--listen=127.0.0.1:0"] + more,
      interruptWhen: { text in
        guard let match = text.firstMatch(of: /at (http:[^;]+);/) else { return false }
        outcome = try client(String(match.1))
        return true
      })
    return (provider, outcome)
  }

  private static func bodies(_ recording: Recording) -> [[UInt8]] {
    let connections = Dictionary(grouping: recording.entries, by: \.connection)
    return connections.sorted { $0.key < $1.key }.map { _, entries in
      entries.flatMap { entry -> [UInt8] in
        if case .read(.downstream, let bytes) = entry.event { bytes } else { [] }
      }
    }
  }

  @Test func aRunIsRecordedPlayedAndSentAgain() throws {
    let directory = try CommandLineTool.scratch("replay")
    let path = try record(directory)
    let recording = try RecordingFiles.read(path)
    // Two streams, and neither warm-up nor floor.
    #expect(RecordedExchanges.of(recording).count == 2)
    let again = directory + "/again.jsonl"
    let (provider, client) = try play(path) { base in
      try CommandLineTool.run(
        ["replay", path, "--target=\(base)/v1", "--record=\(again)", "--key-env=REPLAY_KEY"],
        environment: ["REPLAY_KEY": Self.key])
    }
    #expect(provider.status == 0 && provider.error.contains("2 requests served"))
    #expect(client?.status == 0, "\(client?.error ?? "")")
    #expect(client?.out.hasPrefix("2 of 2 requests: 2 × 200; ") == true)
    let second = try RecordingFiles.read(again)
    #expect(Self.bodies(second) == Self.bodies(recording))
    #expect(Self.bodies(second).allSatisfy { !$0.isEmpty })
    let text = try String(contentsOfFile: again, encoding: .utf8)
    #expect(!text.contains(Self.key) && text.contains("\"Authorization\",\"value\":\"*******"))
  }

  @Test func aCaptureOfCurlIsPlayed() throws {
    let directory = try CommandLineTool.scratch("replay")
    let path = directory + "/capture.txt"
    let body = "data: 1\n\ndata: 2\n\n"
    try "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n\(body)".write(
      toFile: path, atomically: true, encoding: .utf8)
    let requests = directory + "/requests.jsonl"
    var lines = RecordingWriter.header(tool: "", startedAt: "")
    let request = RecordedRequest(method: "GET", target: "/v1/models", headers: [], body: [])
    for (at, event) in [
      (0, RecordedEvent.open(client: "", upstream: "", layer: .body)),
      (5, .request(request, number: 1)),
    ] {
      RecordingWriter.append(
        RecordingEntry(connection: 1, at: Nanoseconds(Int64(at)), event: event), to: &lines)
    }
    try Data(lines).write(to: URL(fileURLWithPath: requests))
    let again = directory + "/again.jsonl"
    let (provider, client) = try play(path, ["--gap=30ms"]) { base in
      try CommandLineTool.run(["replay", requests, "--target=\(base)", "--record=\(again)"])
    }
    #expect(provider.error.contains("no times: its events come 30.0 ms apart"))
    #expect(client?.status == 0)
    let second = try RecordingFiles.read(again)
    #expect(Self.bodies(second) == [Array(body.utf8)])
    #expect(second.entries.count { $0.event.name == "read" } == 2)
    #expect(RecordedExchanges.of(second).first?.request?.method == "GET")
  }

  /// The limit of a file's size stands for a full disk.
  @Test func aFullDiskKeepsWhatIsWrittenAndSaysSo() throws {
    let directory = try CommandLineTool.scratch("replay")
    let path = try record(directory)
    let again = directory + "/again.jsonl"
    let (_, client) = try play(path) { base in
      try CommandLineTool.run(
        ["replay", path, "--target=\(base)", "--record=\(again)"], shell: "ulimit -f 4")
    }
    #expect(client?.status == 0, "\(client?.error ?? "")")
    let notes = client?.error ?? ""
    #expect(notes.contains("the recording cannot be written (File too large): lines are missing"))
    #expect(notes.contains("lines are missing\n") && notes.contains("again.jsonl; "))
    let kept = try RecordingFiles.read(again)
    #expect(!kept.isCut)
    #expect(RecordedExchanges.of(kept).count < 2)
  }

  @Test func aTargetThatIsDownIsSaid() throws {
    let path = try record(try CommandLineTool.scratch("replay"))
    let result = try CommandLineTool.run(["replay", path, "--target=http://127.0.0.1:1"])
    #expect(result.status == 5)
    #expect(result.out.contains("2 × refused"))
    #expect(result.error.contains("no request was answered"))
  }

  @Test func badInput() throws {
    let directory = try CommandLineTool.scratch("replay")
    let header = String(
      decoding: RecordingWriter.header(tool: "7", startedAt: ""), as: UTF8.self)
    let files = [
      "other": header.replacing("recording/1", with: "recording/3"), "broken": header + "{\n{}\n",
      "empty": header, "nothing": "",
    ]
    for (name, text) in files {
      try text.write(toFile: directory + "/" + name, atomically: true, encoding: .utf8)
    }
    let cases: [([String], String)] = [
      ([], "name one recording"), (["no-such-file"], "No such file or directory"),
      ([directory], "Is a directory"),
      (["other"], "this is a recording/3"), (["broken"], "line 2: "),
      (["nothing"], "the file is empty"), (["empty"], "holds no answer"),
      (["empty", "--target=http://127.0.0.1:1"], "holds no request"),
      (["empty", "--target=ftp://a"], "--target takes a base URL"),
      (["empty", "--speed=0"], "--speed takes a number"),
      (["empty", "--gap=5"], "--gap: "),
      (["empty", "--gaps=resampel"], "did you mean `resample`?"),
      (["empty", "--record=x"], "--record goes with --target"),
      (["empty", "--key-env=HOME"], "--key-env goes with --target"),
      (["empty", "--target=http://a", "--listen=127.0.0.1:0"], "--listen goes with"),
      (["empty", "--listen=nowhere"], "--listen takes HOST:PORT"),
    ]
    for (arguments, mention) in cases {
      let words = arguments.map { files[$0] == nil ? $0 : directory + "/" + $0 }
      let result = try CommandLineTool.run(["replay"] + words)
      #expect(result.status == 2, "\(arguments)")
      #expect(result.error.contains(mention), "\(arguments): \(result.error)")
    }
  }

  @Test func aRecordingIsNotOverwrittenByARun() throws {
    let directory = try CommandLineTool.scratch("replay")
    let path = try record(directory)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let result = try CommandLineTool.run(["run", "--record=\(path)", "--out=\(directory)"])
    #expect(result.status == 2 && result.error.contains("never overwritten"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }
}
