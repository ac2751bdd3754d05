import Core
import Harness
import Judging
import Platform
import Reporting

struct ConformCommand: Command {
  let name = "conform"
  let summary = "Run the conformance suite against a relay."
  let usage = "[--target=URL] [--provider=HOST:PORT] [options]"
  let options =
    TargetOptions.options + [
      Option(
        name: "face", value: "DIALECT",
        help: "what clients speak (default: what each check is about, else openai-chat)"),
      Option(
        name: "upstream", value: "DIALECT",
        help: "what the relay speaks to the provider (default: what it turns out to speak)"),
      Option(
        name: "only", value: "CHECK,…",
        help: "groups (FLT), ids (FLT-004) or paths (flt/clean-eof); may be repeated"),
      Option(name: "skip", value: "CHECK,…", help: "the same, to be left out"),
      Option(
        name: "level", value: "LEVEL", help: "must, should (these too) or all (default: all)"),
      Option(name: "full", value: nil, help: "slow stimuli too, and 200 repetitions"),
      Option(
        name: "repeat", value: "N",
        help: "play what shows rare defects so often (default: 1, with --full 200)"),
      Option(
        name: "prove", value: nil,
        help: "show that the checks can fail: run each on the built-in relay and on mutants of it"),
      Option(name: "dry-run", value: nil, help: "say what would be run, and run nothing"),
      Option(
        name: "expected-failures", value: "FILE",
        help: "checks that are known to fail, an id a line: they pass, and fail once they pass"),
      Option(
        name: "out", value: "DIR",
        help: "where conformance.json, .html, .md and .xml (JUnit) go\n"
          + "(default: relaymark-out; files there are replaced)"),
      Option(name: "seed", value: "N", help: "the seed of every random decision (default: 1)"),
      Option(name: "json", value: nil, help: "print the record on stdout instead of the summary"),
      Option(name: "quiet", value: nil, help: "no progress"),
    ]
  let examples = [
    "relaymark conform",
    "relaymark conform --target=http://127.0.0.1:4000/v1 --provider=127.0.0.1:9100",
    "relaymark conform --only=FLT,sse/crlf-upstream --target=litellm=http://127.0.0.1:4000/v1 \\\n"
      + "    --provider=127.0.0.1:9100 --model=relaymark-scripted",
    "relaymark conform --target=https://openrouter.ai/api/v1 --key-env=OPENROUTER_API_KEY \\\n"
      + "    --model=openai/gpt-4o-mini",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    guard arguments.operands.isEmpty else {
      throw .usage(
        "conform takes no operands, and \(arguments.operands[0]) is one; checks are chosen with "
          + "--only=\(arguments.operands[0])")
    }
    let plan = try ConformOptions.plan(arguments)
    if arguments.flag("dry-run") {
      for check in plan.checks { Terminal.out(ConformOptions.row(check)) }
      return .passed
    }
    if arguments.flag("prove") { return try ConformProof.run(plan, arguments) }
    let known = try ExpectedFailures(arguments)
    let options = try ConformOptions.suite(arguments)
    let output = try OutputDirectory(try arguments.value("out") ?? "relaymark-out")
    let interrupts: Interrupts
    do {
      interrupts = try Interrupts()
    } catch {
      throw CommandError(code: .incomplete, message: "\(error)")
    }
    let progress = SuiteProgress(quiet: arguments.flag("quiet"))
    let run = ConformanceRun(options, plan: plan, interrupts: interrupts, observer: progress)
    let record = run.run(version: Version.text)
    progress.ends()
    let written = try output.write([record])
    if arguments.flag("json") {
      Terminal.out(String(ConformanceJSON.render(record).dropLast()))
    } else {
      Terminal.out(ConformanceTerminal(color: Terminal.color).render(record))
      Terminal.out("report: \(written)/conformance.html")
    }
    if run.wasInterrupted { return .interrupted }
    guard record.complete else {
      Terminal.note("relaymark conform: \(record.note)")
      return .incomplete
    }
    return known.code(record)
  }
}
