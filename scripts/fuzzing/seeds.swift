import Core
import Foundation
import Wire

/// Writes the corpora that fuzzing begins with: what the scripted provider plays of every scenario
/// in every dialect, whole and as a stream, with its head, chunks and requests.
///
/// Called once by the fuzzer's own main, with `SEEDS` for the folder and `SCENARIOS` for the files.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard Seeds.isFirst else { return 0 }
  Seeds.isFirst = false
  let environment = ProcessInfo.processInfo.environment
  guard let folder = environment["SEEDS"], let files = environment["SCENARIOS"] else { exit(2) }
  var seeds = Seeds(folder: folder)
  for path in files.split(separator: "\n") {
    guard let text = FileManager.default.contents(atPath: String(path)) else { exit(2) }
    seeds.add([UInt8](text), to: "json5")
    // What names other files is left out.
    guard
      let scenario = try? ScenarioReader.read(
        [UInt8](text), path: String(path), faults: Faults.specs)
    else { continue }
    for dialect in Dialects.all { seeds.play(scenario, in: dialect) }
  }
  print("\(seeds.count) seeds in \(folder)")
  return 0
}

struct Seeds {
  nonisolated(unsafe) static var isFirst = true

  let folder: String
  private(set) var count = 0
  private var seen: Set<[UInt8]> = []

  init(folder: String) { self.folder = folder }

  mutating func add(_ bytes: [UInt8], to target: String) {
    guard bytes.count <= 16_384, seen.insert(bytes).inserted else { return }
    let directory = "\(folder)/\(target)"
    try? FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    // The first two bytes say how it is cut.
    let choice = [UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count &* 7)]
    guard
      FileManager.default.createFile(
        atPath: "\(directory)/\(count)", contents: Data(choice + bytes))
    else { exit(2) }
    count += 1
  }

  mutating func play(_ scenario: Scenario, in dialect: any Dialect) {
    let nonce = Nonce(value: 7)
    let request = dialect.request(scenario.traffic, nonce: nonce)
    let line = "POST \(request.path) HTTP/1.1\r\nHost: a\r\n"
    add(
      Array("\(line)Content-Length: \(request.body.count)\r\n\r\n".utf8) + request.body, to: "http")
    add(
      Array("\(line)Transfer-Encoding: chunked\r\n\r\n".utf8) + ChunkedCoding.frame(request.body)
        + ChunkedCoding.last, to: "http")
    add(request.body, to: "json")
    for stream in [true, false] {
      var script = scenario.provider
      script.steps = script.steps.map(Self.short)
      var player = ScriptPlayer(
        script: script,
        request: ProviderRequest(model: "m", stream: stream, usage: true, nonce: nonce),
        dialect: dialect, seed: 1)
      var writes: [[UInt8]] = []
      while let action = player.next() {
        switch action {
        case .write(let bytes, _, _), .whole(_, _, let bytes, _): writes.append(bytes)
        default: continue
        }
      }
      keep(writes, stream, dialect)
    }
  }

  private mutating func keep(_ writes: [[UInt8]], _ stream: Bool, _ dialect: any Dialect) {
    let body = Array(writes.joined())
    let coded = writes.flatMap { ChunkedCoding.frame($0) } + ChunkedCoding.last
    add(coded, to: "chunked")
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    add(Array("\(head)Transfer-Encoding: chunked\r\n\r\n".utf8) + coded, to: "http")
    add(Array("\(head)Content-Length: \(body.count)\r\n\r\n".utf8) + body, to: "http")
    guard stream else { return add(body, to: "json") }
    if dialect.name == "bedrock" { return add(body, to: "event-stream") }
    add(body, to: "sse")
    var parser = SSEParser()
    for block in parser.feed(body) {
      if case .event(_, let data, _) = block.kind { add(data, to: "json") }
    }
  }

  /// Few tokens say as much as many, and leave more room for mutations.
  private static func short(_ step: Step) -> Step {
    guard case .text(var text) = step, text.tokens > 3 else { return step }
    text = TextStep(tokens: 3, gap: .zero, kind: text.kind, choice: text.choice)
    return .text(text)
  }
}
