import Core
import Foundation
import Testing
import Wire

/// The repository's own files, found from where this source stands.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let scenarios = root.appending(path: "scenarios")

  /// Paths under `scenarios/`, sorted.
  static func scenarioFiles() throws -> [String] {
    let all = try FileManager.default.subpathsOfDirectory(atPath: scenarios.path)
    return all.filter { $0.hasSuffix(".json5") && !$0.hasPrefix("targets/") }.sorted()
  }

  /// A shipped file, with what it names.
  static func read(_ path: String) throws(ScenarioErrors) -> Scenario {
    let folder = scenarios.appending(path: path).deletingLastPathComponent()
    return try ScenarioReader.read(
      (try? bytes(path)) ?? [], path: path, faults: Faults.specs,
      files: { (name) throws(SampleFileError) in
        do {
          return [UInt8](try Data(contentsOf: folder.appending(path: name)))
        } catch { throw SampleFileError("\(error)") }
      },
      recordings: { (name, answer, _) throws(SampleFileError) in
        do {
          let data = try Data(contentsOf: folder.appending(path: name))
          return try RecordedScript.of(
            RecordedExchanges.of(try RecordingImport.read([UInt8](data), gap: .zero)),
            answer: answer, dialect: OpenAIChat())
        } catch { throw SampleFileError("\(error)") }
      })
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: scenarios.appending(path: path)))
  }
}

@Suite struct ScenarioFilesTests {
  @Test func thereAreScenarios() throws {
    let files = try Repository.scenarioFiles()
    #expect(files.count >= 28)
    #expect(files.contains("quickstart.json5"))
  }

  @Test func everyFileReadsAndIsNamedAfterItsPath() throws {
    for path in try Repository.scenarioFiles() {
      do {
        let scenario = try Repository.read(path)
        #expect(scenario.name == String(path.dropLast(".json5".count)), "\(path)")
        #expect(!scenario.about.isEmpty, "\(path) says nothing about itself")
      } catch {
        Issue.record("\(error.description)")
      }
    }
  }

  @Test func everyFileBeginsByExplainingItself() throws {
    for path in try Repository.scenarioFiles() {
      #expect(try Repository.bytes(path).starts(with: Array("// ".utf8)), "\(path)")
    }
  }

  @Test func theRecordedAnswerIsWhole() throws {
    let script = try Repository.read("recorded/with-pause.json5").provider
    #expect(script.recorded.flatMap(\.events).count { $0.text != [] } == 24)
    #expect(script.steps.suffix(1) == [.done])
    #expect(script.think.median > .milliseconds(100))
    #expect(script.recorded.contains { $0.gap > .milliseconds(200) })
  }

  @Test func theReadmeListsEveryFile() throws {
    let readme = String(decoding: try Repository.bytes("README.md"), as: UTF8.self)
    for path in try Repository.scenarioFiles() {
      #expect(readme.contains("](\(path))"), "scenarios/README.md does not list \(path)")
    }
  }

  /// Estimated from the medians, a quickstart must leave room for start-up within 10 s.
  @Test func theQuickstartIsShort() throws {
    let path = "quickstart.json5"
    let scenario = try ScenarioReader.read(
      try Repository.bytes(path), path: path, faults: Faults.specs)
    var stream = scenario.provider.think.median.seconds
    for case .text(let text) in scenario.provider.steps {
      // The mean of a heavy tail is above its median.
      stream += Double(text.tokens) * text.gap.median.seconds * 1.5
    }
    let rounds = (scenario.traffic.streams + scenario.traffic.warmup)
    #expect(stream * Double(rounds) / Double(scenario.traffic.concurrency) < 8)
    #expect(scenario.faults.isEmpty)
  }

  @Test func theFilesSayWhatTheirNamesSay() throws {
    func read(_ path: String) throws -> Scenario {
      try ScenarioReader.read(try Repository.bytes(path), path: path, faults: Faults.specs)
    }
    let load = try read("streaming/load-64.json5")
    #expect(load.traffic.concurrency == 64)
    #expect(
      load.provider.steps.contains(
        .text(TextStep(tokens: 400, gap: .constant(.milliseconds(5))))))
    #expect(try read("streaming/zero-think.json5").provider.think == .zero)
    #expect(try read("faults/reset-after-5.json5").provider.steps.last == .reset)
    #expect(try read("faults/cut-after-5.json5").provider.steps.last == .close)
    #expect(try read("faults/never-answers.json5").provider.steps == [.stall(nil)])
    let reset = try read("faults/leg-b-reset.json5").faults
    #expect(reset.map(\.leg) == [.b])
    #expect(reset.map(\.name) == ["reset"])
    #expect(reset.map(\.position) == [.event(5)])
    #expect(try read("cancel/while-streaming.json5").traffic.leave == .event(5))
    let limited = ErrorStep(
      status: 429, type: "rate_limit_error",
      message: "Rate limit reached. Try again in 2 seconds.", retryAfter: 2)
    #expect(try read("errors/429-retry-after.json5").provider.steps == [.error(limited)])
  }
}
