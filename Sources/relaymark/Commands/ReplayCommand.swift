import Core
import Foundation
import Harness
import Judging
import Platform
import Wire

struct ReplayCommand: Command {
  let name = "replay"
  let summary = "Play a recording: as the provider, or as the client of a target."
  let usage = "RECORDING [--listen=HOST:PORT | --target=URL | --compare=RECORDING] [options]"
  let options = [
    Option(
      name: "listen", value: "HOST:PORT",
      help: "answer requests there as was recorded, until interrupted\n(default: 127.0.0.1:9100)"),
    Option(
      name: "target", value: "URL",
      help: "send the recorded requests to this base URL instead"),
    Option(
      name: "compare", value: "RECORDING",
      help:
        "play nothing, and say what another recording has kept of\nthis one; code 1 unless bytes "
        + "and read boundaries are the same"),
    Option(name: "speed", value: "X", help: "2 plays in half the time, 0.5 in twice (default: 1)"),
    Option(
      name: "gaps", value: "KIND",
      help: "as-recorded (default), or resample: drawn from the\nrecording's own gaps"),
    Option(name: "seed", value: "N", help: "what resampled gaps are drawn with (default: 1)"),
    Option(
      name: "gap", value: "DURATION",
      help: "between the events of a curl capture, which has no\ntimes (default: 20ms)"),
    Option(
      name: "key-env", value: "NAME",
      help: "the environment variable that holds the target's API key"),
    Option(name: "cacert", value: "FILE", help: "certificates to trust, in PEM"),
    Option(name: "insecure", value: nil, help: "do not verify TLS certificates"),
    RecordingOption.option,
  ]
  let examples = [
    "relaymark replay production.jsonl",
    "relaymark replay production.jsonl --listen=127.0.0.1:9100 --speed=2",
    "relaymark replay production.jsonl --gaps=resample --seed=7",
    "relaymark replay production.jsonl --target=http://127.0.0.1:4000/v1 --record=after.jsonl",
    "relaymark replay production.jsonl --compare=after.jsonl",
    "relaymark replay browser.har --target=https://openrouter.ai/api/v1 \\\n"
      + "    --key-env=OPENROUTER_API_KEY",
    "curl --no-buffer -i … > capture.txt; relaymark replay capture.txt --gap=50ms",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    guard let path = arguments.operands.first, arguments.operands.count == 1 else {
      throw .usage("name one recording, HAR file or capture of curl -i")
    }
    let target = try arguments.value("target")
    let other = try arguments.value("compare")
    try checkSides(arguments, hasTarget: target != nil, hasOther: other != nil)
    let speed = try speed(arguments)
    let gap = try gap(arguments)
    let exchanges = try RecordingInput.exchanges(path, gap: gap)
    if let other {
      return ComparisonOutcome.report(
        RecordingComparison(
          exchanges, try RecordingInput.exchanges(other, gap: gap), speed: speed))
    }
    if let target { return try send(exchanges, path, to: target, speed: speed, arguments) }
    return try answer(exchanges, path, speed: speed, arguments)
  }

  // MARK: Options

  private func checkSides(
    _ arguments: Arguments, hasTarget: Bool, hasOther: Bool
  ) throws(CommandError) {
    if hasOther {
      let others = ["target", "listen", "gaps", "seed", "key-env", "cacert", "insecure", "record"]
      for name in others where arguments.flag(name) {
        throw .usage("--\(name) goes with playing, and --compare plays nothing")
      }
      return
    }
    let others = hasTarget ? ["listen", "gaps", "seed"] : ["key-env", "cacert", "insecure"]
    for name in others where arguments.flag(name) {
      let side = hasTarget ? "a replay as the provider, not with --target" : "--target"
      throw .usage("--\(name) goes with \(side)")
    }
    if !hasTarget, arguments.flag("record") {
      throw .usage(
        "--record goes with --target; to record what clients get from a replay, put "
          + "relaymark proxy --record before it")
    }
  }

  private func speed(_ arguments: Arguments) throws(CommandError) -> Double {
    guard let text = try arguments.value("speed") else { return 1 }
    guard let speed = Double(text), (0.001...1_000).contains(speed) else {
      throw .usage("--speed takes a number from 0.001 to 1000, not \"\(text)\"")
    }
    return speed
  }

  private func gap(_ arguments: Arguments) throws(CommandError) -> Nanoseconds {
    guard let text = try arguments.value("gap") else { return RecordingInput.standardGap }
    do throws(LiteralError) {
      return try Nanoseconds(literal: text)
    } catch {
      throw .usage("--gap: \(error.message)")
    }
  }

  private func gaps(_ arguments: Arguments) throws(CommandError) -> ReplayPlan.Gaps {
    let seed: UInt64 = try arguments.number("seed", in: 0...UInt64.max) ?? 1
    let text = try arguments.value("gaps") ?? "as-recorded"
    switch text {
    case "as-recorded": return .asRecorded
    case "resample": return .resampled(seed: seed)
    default:
      let near = Suggestion.phrase(for: text, in: ["as-recorded", "resample"])
      throw .usage("--gaps is as-recorded or resample, not \"\(text)\"\(near)")
    }
  }

  // MARK: As the provider

  private func answer(
    _ exchanges: [RecordedExchange], _ path: String, speed: Double, _ arguments: Arguments
  ) throws(CommandError) -> ExitCode {
    let text = try arguments.value("listen") ?? "127.0.0.1:9100"
    guard let listen = Endpoint(text) else {
      throw .usage("--listen takes HOST:PORT, such as 127.0.0.1:9100, not \"\(text)\"")
    }
    let gaps = try gaps(arguments)
    let answered = exchanges.count { $0.isAnswered }
    guard answered > 0 else { throw .usage("\(path) holds no answer that could be played") }
    do throws(SystemError) {
      let standing = try StandingProvider(
        listen: listen, replay: ReplayPlan(exchanges, speed: speed, gaps: gaps),
        interrupts: Interrupts())
      Terminal.note(
        "playing \(answered) recorded answers at http://\(standing.endpoint); Ctrl-C ends it")
      let served = standing.run()
      Terminal.note("\(served) requests served")
      return .passed
    } catch {
      let advice = error.isAddressInUse ? "; stop what listens there or choose another port" : ""
      throw .incomplete(error, advice)
    }
  }

  // MARK: As the client

  private func send(
    _ exchanges: [RecordedExchange], _ path: String, to target: String, speed: Double,
    _ arguments: Arguments
  ) throws(CommandError) -> ExitCode {
    guard let url = URL(string: target), ["http", "https"].contains(url.scheme ?? ""),
      url.host?.isEmpty == false
    else { throw .usage("--target takes a base URL such as http://127.0.0.1:4000/v1") }
    let key = try RunOptions.key(arguments)
    let requests = ReplayRequest.all(exchanges, base: target, key: key, speed: speed)
    guard !requests.isEmpty else { throw .usage("\(path) holds no request that could be sent") }
    if key == nil, exchanges.contains(where: { $0.request.map(ReplayRequest.needsKey) ?? false }) {
      Terminal.note(
        "\(path): requests carried a key, which recordings do not hold: --key-env=NAME gives one")
    }
    var options = RunnerOptions(baseURL: target)
    options.certificateAuthorities = try RunOptions.certificates(arguments)
    options.verifiesPeer = !arguments.flag("insecure")
    let shown = Target(name: "", baseURL: target, dialect: "").publicURL
    Terminal.note("sending \(requests.count) recorded requests to \(shown)")
    let interrupts: Interrupts
    do { interrupts = try Interrupts() } catch { throw .incomplete(error) }
    let file = try RecordingOption.open(arguments, keys: [key].compactMap { $0 })
    defer { RecordingOption.close(file, arguments) }
    let outcome: ReplayOutcome
    do throws(SystemError) {
      let client = try ReplayClient(
        requests, options: options, interrupts: interrupts,
        recorder: file.map { ExchangeRecorder($0, upstream: shown) })
      outcome = client.run()
    } catch {
      throw .incomplete(error)
    }
    return report(outcome, of: requests.count)
  }

  private func report(_ outcome: ReplayOutcome, of total: Int) -> ExitCode {
    var parts = outcome.statuses.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
    parts += outcome.failures.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      "\($0.value) × \($0.key.rawValue)"
    }
    Terminal.out(
      "\(outcome.requests) of \(total) requests: \(parts.joined(separator: ", ")); "
        + "\(outcome.bodyBytes) bytes of answers; sent at most \(outcome.lateness) late")
    if outcome.wasInterrupted { return .interrupted }
    guard outcome.statuses.isEmpty else { return .passed }
    Terminal.note("relaymark replay: no request was answered: \(outcome.firstFailure)")
    return .incomplete
  }
}
