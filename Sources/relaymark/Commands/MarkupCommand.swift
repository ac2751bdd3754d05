import Core
import Foundation
import Judging
import Reporting

struct MarkupCommand: Command {
  let name = "markup"
  let summary = "What relays charge over the provider's price, beside what they add to a stream."
  let usage = "RUN.json… --prices=FILE [options] | --breakeven [options]"
  let options = MarkupOptions.options + BreakEvenOptions.options
  let examples = [
    "relaymark markup relaymark-out/run.json --prices=prices.json5",
    "relaymark markup openrouter/run.json openai/run.json --direct=openai --credit=50 \\\n"
      + "    --prices=model_prices_and_context_window.json",
    "relaymark markup tokenmix/run.json --prices=prices.json5 --relay-prices=tokenmix=theirs.json5",
    "relaymark markup --breakeven --markup=5.5% --blended=3 --infrastructure=20 --hours=4 --wage=75",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let isBreakEven = arguments.flag("breakeven")
    guard !arguments.operands.isEmpty || isBreakEven else {
      throw .usage("name the records, such as relaymark-out/run.json, or give --breakeven")
    }
    if !isBreakEven, let stray = BreakEvenOptions.names.first(where: { arguments.flag($0) }) {
      throw .usage("--\(stray) goes with --breakeven")
    }
    let output = try arguments.value("out").map { (path) throws(CommandError) in
      try OutputDirectory(path)
    }
    var record = MarkupRecord(tool: .init(version: Version.text, curl: ""))
    if !arguments.operands.isEmpty {
      let input = try MarkupOptions.input(arguments)
      record = MarkupJudge.judge(
        input, tool: input.records.first?.record.tool ?? record.tool)
      record.remarks += Self.remarks(record)
    }
    if isBreakEven {
      record.breakEven = BreakEven.judge(try BreakEvenOptions.inputs(arguments, record))
    }
    if let output {
      let written = try output.write(record)
      if !arguments.flag("json") { Terminal.note("report: \(written)/markup.html") }
    }
    if arguments.flag("json") {
      Terminal.out(String(MarkupPages.json(record).dropLast()))
    } else {
      Terminal.out(MarkupPages.terminal(record, color: Terminal.color))
    }
    let isOpen = record.relays.contains { $0.allIn.value == nil }
    return arguments.flag("require-pass") && isOpen ? .inconclusive : .passed
  }

  /// Asking LiteLLM for costs in the stream changes the way that it answers.
  private static func remarks(_ record: MarkupRecord) -> [String] {
    let isLiteLLM = record.relays.contains { relay in
      relay.name.lowercased().contains("litellm")
        && relay.findings.contains { $0.contains("usage.cost") }
    }
    guard isLiteLLM else { return [] }
    return [
      "LiteLLM says costs in a stream only with include_cost_in_streaming_usage, which makes it hold"
        + " back and count what it passes on: measure the delay in another run without it, and name"
        + " both records"
    ]
  }
}
