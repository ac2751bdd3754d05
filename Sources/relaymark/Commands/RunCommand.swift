import Core
import Foundation
import Harness
import Platform
import Reporting

struct RunCommand: Command {
  let name = "run"
  let summary = "Replay scenarios against a target, judge what came back, write reports."
  let usage = "[SCENARIO…] [--target=URL] [--provider=HOST:PORT] [options]"
  let options = [
    Option(
      name: "target", value: "NAME|URL",
      help: "base URL of the relay as an SDK is given it (http://127.0.0.1:4000/v1),\n"
        + "NAME=URL, or builtin, or direct (default: direct; without a scenario: builtin)"),
    Option(name: "name", value: "NAME", help: "what reports call the target"),
    Option(
      name: "provider", value: "HOST:PORT",
      help: "play the provider there; the relay has been told to forward to it"),
    Option(
      name: "out", value: "DIR",
      help:
        "where run.json, report.md and report.html go\n(default: relaymark-out; files there are replaced)"
    ),
    Option(name: "seed", value: "N", help: "the seed of every random decision (default: 1)"),
    Option(name: "model", value: "NAME", help: "the model to ask for"),
    Option(name: "key-env", value: "NAME", help: "the environment variable that holds the API key"),
    Option(name: "dialect", value: "NAME", help: "the wire format (relaymark list dialects)"),
    Option(name: "streams", value: "N", help: "measured streams, instead of the scenario's"),
    Option(name: "concurrency", value: "N", help: "streams at a time, instead of the scenario's"),
    Option(
      name: "arrivals", value: "LOOP",
      help:
        "closed, or an open loop that no answer slows down:\n'constant 20/s', 'poisson 5/s..50/s for 60s', 'gamma(cv=2) 10/s'"
    ),
    Option(
      name: "sweep", value: "RATES",
      help: "find the rate at which an objective breaks, in stages by themselves:\n"
        + "'5..200/s', '5/s..200/s in 12 steps', 'poisson 1..50/s'"),
    Option(
      name: "objective", value: "LINE",
      help: "what a sweep asks for, as in expect: 'ttft.p99 < 500ms'; may be repeated"),
    Option(
      name: "stage", value: "TIME", help: "how long a sweep measures each rate (default: 10s)"),
    Option(name: "duration", value: "TIME", help: "start nothing after so long"),
    Option(
      name: "stop", value: "LINE",
      help: "end the run once this is so, beside what the scenario says: 'errors.rate > 0.1',\n"
        + "'ttft.p95 > 2s after 50'; may be repeated"),
    ShardOptions.options[0], ShardOptions.options[1],
    Option(
      name: "floor-share", value: "SHARE",
      help:
        "exchanges without a relay that go on beside, as a share of the\nmeasured ones (default: 0.05, and at least 30; 0 for none)"
    ),
    DirectOptions.options[0], DirectOptions.options[1], DirectOptions.options[2],
    DirectOptions.options[3],
    Option(name: "cacert", value: "FILE", help: "certificates to trust, in PEM"),
    Option(
      name: "insecure", value: nil, help: "do not verify TLS certificates (said in the report)"),
    RecordingOption.option,
    Option(name: "json", value: nil, help: "print the run record on stdout instead of the table"),
    Option(name: "quiet", value: nil, help: "no progress"),
    Option(name: "require-pass", value: nil, help: "exit 3 if anything is inconclusive"),
    Option(name: "allow-unfit", value: nil, help: "do not exit 4 on a machine too slow to measure"),
  ]
  let examples = [
    "relaymark run",
    "relaymark run streaming/steady-50ms --target=http://127.0.0.1:4000/v1 --provider=127.0.0.1:9100",
    "relaymark run faults/clean-eof --target=litellm=http://127.0.0.1:4000/v1 --provider=127.0.0.1:9100",
    "relaymark run streaming/steady-50ms --arrivals='poisson 50/s' --duration=30s \\\n"
      + "    --target=http://127.0.0.1:4000/v1 --provider=127.0.0.1:9100",
    "relaymark run streaming/steady-50ms --sweep='5..200/s' --objective='ttft.p99 < 500ms' \\\n"
      + "    --target=http://127.0.0.1:4000/v1 --provider=127.0.0.1:9100",
    "relaymark run streaming/steady-50ms --target=https://openrouter.ai/api/v1 \\\n"
      + "    --model=openai/gpt-4o-mini --key-env=OPENROUTER_API_KEY --streams=20",
    "relaymark run streaming/steady-50ms --target=https://openrouter.ai/api/v1 \\\n"
      + "    --model=openai/gpt-4o-mini --key-env=OPENROUTER_API_KEY --streams=20 \\\n"
      + "    --direct=https://api.openai.com/v1 --direct-model=gpt-4o-mini \\\n"
      + "    --direct-key-env=OPENAI_API_KEY",
    "relaymark run streaming/load-64 --shard=2/3 --start-at=2026-11-26T12:00:00Z --out=shard-2",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    var options = try RunOptions(arguments).campaign
    let output = try OutputDirectory(try arguments.value("out") ?? "relaymark-out")
    let interrupts: Interrupts
    do {
      interrupts = try Interrupts()
    } catch {
      throw CommandError(code: .incomplete, message: "\(error)")
    }
    let progress = Progress(quiet: arguments.flag("quiet"), clock: SystemClock())
    options.recording = try RecordingOption.open(arguments, keys: [options.key].compactMap { $0 })
    options.journal = try Self.journal(output, options)
    let campaign = Campaign(options: options, interrupts: interrupts, observer: progress)
    var record = campaign.run()
    SelfTestFile.refer(&record)
    RecordingOption.close(options.recording, arguments)
    let directory = try output.write(record)
    options.journal?.close()
    output.removeJournal()
    if arguments.flag("json") {
      Terminal.out(JSONRenderer().render(record))
    } else {
      Terminal.out(TerminalRenderer(color: Terminal.color).render(record))
      Terminal.out("report: \(directory)/report.html")
    }
    let hollow = RunOutcome.hollow(record, options.scenarios)
    let code = RunOutcome.code(
      record, interrupted: campaign.wasInterrupted, hollow: hollow,
      requirePass: arguments.flag("require-pass"), allowUnfit: arguments.flag("allow-unfit"))
    if code == .incomplete {
      Terminal.note("relaymark run: \(record.complete ? hollow ?? "" : record.note)")
    }
    if code == .unfit {
      Terminal.note(
        "relaymark run: this machine was not fit to measure (--allow-unfit to go on anyway):"
          + record.instrument.remarks.map { "\n  \($0)" }.joined())
    }
    return directory == output.path || code != .passed ? code : .incomplete
  }

  private static func journal(
    _ output: OutputDirectory, _ options: CampaignOptions
  ) throws(CommandError) -> ExchangeJournal {
    output.freeJournal()
    do throws(SystemError) {
      return try ExchangeJournal(
        path: output.journal, version: options.version, seed: options.seed, key: options.key,
        shard: options.shard, start: options.start
      ) { Terminal.note("relaymark: \(output.journal): \($0)") }
    } catch {
      throw .usage("cannot write \(output.journal): \(error.reason)")
    }
  }
}
