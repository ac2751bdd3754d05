import Core
import Foundation
import Harness
import Judging
import Reporting

/// A record from a file: of a run, a comparison or the conformance suite.
struct Judged {
  var record: Record
  /// The bytes that say it; nil where a journal says it otherwise.
  var json: Data?

  enum Record {
    case run(RunRecord)
    case comparison(ComparisonRecord)
    case conformance(ConformanceRecord)
  }

  /// - Throws: a usage error that names the file and what is wrong with it.
  static func read(_ path: String) throws(CommandError) -> Judged {
    let data = try RecordFile.data(path)
    let bytes = [UInt8](data)
    do {
      if RunRecordReader.isComparison(bytes) {
        return Judged(
          record: .comparison(try RunRecordReader().readComparison(bytes)), json: data)
      }
      if RunRecordReader.isConformance(bytes) {
        return Judged(
          record: .conformance(try RunRecordReader().readConformance(bytes)), json: data)
      }
    } catch {
      throw .usage("\(path): \(error)")
    }
    let (record, json) = try RecordFile.record(in: data, from: path)
    return Judged(record: .run(record), json: json)
  }

  /// Against a baseline of the same kind.
  func gate(_ policy: Policy, baseline: Judged? = nil) throws(CommandError) -> GateRecord {
    switch (record, baseline?.record) {
    case (.run(let record), nil): return RunGate.judge(record, policy: policy)
    case (.run(let record), .run(let before)):
      return RunGate.judge(record, policy: policy, baseline: before)
    case (.comparison(let record), nil): return ComparisonGate.judge(record, policy: policy)
    case (.comparison(let record), .comparison(let before)):
      return ComparisonGate.judge(record, policy: policy, baseline: before)
    case (.conformance(let record), nil): return ConformanceGate.judge(record, policy: policy)
    case (.conformance, _?), (_, .conformance?):
      throw .usage(
        "conformance has no baseline; conform --expected-failures=FILE lists what is known to fail")
    case (.run, .comparison), (.comparison, .run):
      throw .usage(
        "a run is compared with a run and a comparison with a comparison: --baseline is of the other "
          + "kind")
    }
  }

  func export(_ gate: GateRecord) -> Export {
    switch record {
    case .run(let record): Export(gate, record)
    case .comparison(let record): Export(gate, record)
    case .conformance: Export(gate)
    }
  }

  /// One form of report for people, by the name of its renderer; nil if there is none of it.
  func report(_ name: String) -> (fileName: String, text: String)? {
    guard let renderer = Renderers.named(name) else { return nil }
    switch record {
    case .run(let record):
      let text =
        name == "terminal"
        ? TerminalRenderer(color: Terminal.color).render(record) : renderer.render(record)
      return (renderer.fileName ?? "report.txt", text)
    case .comparison(let record):
      return switch name {
      case "html": ("compare.html", ComparisonPages.html(record))
      case "json": ("compare.json", ComparisonPages.json(record))
      case "markdown": ("compare.md", ComparisonPages.markdown(record))
      default: ("compare.txt", ComparisonPages.terminal(record, color: Terminal.color))
      }
    case .conformance(let record):
      return switch name {
      case "html": ("conformance.html", ConformancePages.html([record]))
      case "json": ("conformance.json", ConformanceJSON.render(record))
      case "markdown": ("conformance.md", ConformancePages.markdown([record]))
      default:
        ("conformance.txt", ConformanceTerminal(color: Terminal.color).render(record))
      }
    }
  }
}
