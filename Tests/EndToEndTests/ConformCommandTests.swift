import Core
import Foundation
import Testing

/// The conformance suite as a user runs it.
@Suite(.waits) struct ConformCommandTests {
  private func run(_ arguments: [String]) throws -> (CommandLineTool.Result, ConformanceRecord) {
    let directory = try CommandLineTool.scratch("conform")
    let result = try CommandLineTool.run(["conform"] + arguments + ["--out=\(directory)"])
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/conformance.json"))
    return (result, try JSONDecoder().decode(ConformanceRecord.self, from: data))
  }

  @Test func theBuiltinRelayPasses() throws {
    let (result, record) = try run(["--only=FLT-001,chat/text"])
    #expect(result.status == 0, "\(result.out)\(result.error)")
    #expect(record.complete)
    #expect(record.verdicts.map(\.verdict) == [.pass, .pass])
    #expect(result.out.contains("builtin: 2 pass"))
  }

  @Test func dryRunsPlayNothing() throws {
    let result = try CommandLineTool.run(["conform", "--only=FLT", "--dry-run"])
    #expect(result.status == 0)
    #expect(result.out.contains("flt/clean-eof"))
  }

  @Test(arguments: [
    (["--only=FLT-999"], "there is no check FLT-999"),
    (["--only=flt/clean-of"], "did you mean flt/clean-eof?"),
    (["--level=most"], "--level is must, should or all"),
    (["--face=openai-chta"], "did you mean openai-chat?"),
    (["FLT"], "--only=FLT"),
    (["--expected-failures=/nowhere"], "no such file"),
    (["--provider=127.0.0.1:9"], "goes with a --target"),
    (["--repeat=0"], "--repeat takes a whole number"),
  ])
  func badOptionsSaySo(_ arguments: [String], _ words: String) throws {
    let result = try CommandLineTool.run(["conform"] + arguments)
    #expect(result.status == 2)
    #expect(result.error.contains(words), "\(result.error)")
  }

  @Test func aTargetThatIsNotThereIsIncomplete() throws {
    let (result, record) = try run([
      "--only=FLT-001", "--target=gone=http://127.0.0.1:9/v1", "--provider=127.0.0.1:0",
    ])
    #expect(result.status == 5)
    #expect(!record.complete && record.note.contains("nothing listens there"))
  }

  @Test func staleExpectationsFail() throws {
    let directory = try CommandLineTool.scratch("expected")
    let path = directory + "/known.txt"
    try "FLT-001 # fixed long ago\n".write(toFile: path, atomically: true, encoding: .utf8)
    let (result, _) = try run(["--only=FLT-001", "--expected-failures=\(path)"])
    #expect(result.status == 1)
    #expect(result.error.contains("FLT-001 is in"))
  }
}
