import Foundation
import Platform

/// One measurement, its result as one line of JSON; `scripts/bench/proxy` puts them together.
func measure(_ name: String, _ options: Options) throws(SystemError) {
  let setting = Setting(name, options)
  let values: [String: Double]
  switch name {
  case "forward": values = try setting.forward()
  case "delay": values = try setting.delay()
  case "bulk": values = try setting.bulk()
  case "slow": values = try setting.bulk(reading: false)
  case "bandwidth": values = try setting.bandwidth()
  case "connect": values = try setting.connect()
  case "idle": values = try setting.idle()
  case "reset": values = try setting.reset()
  default: Failure.die("there is no measurement \(name)")
  }
  let outcome = Outcome(
    measure: setting.measure, subject: setting.subject, round: setting.round, values: values)
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  guard var line = try? encoder.encode(outcome) else { Failure.die("a value is no number") }
  line.append(UInt8(ascii: "\n"))
  FileHandle.standardOutput.write(line)
}

_ = MachineFacts.raiseDescriptorLimit()
guard CommandLine.arguments.count > 1 else {
  Failure.die("this is the other half of scripts/bench/proxy and scripts/bench/gate: run those")
}
let command = CommandLine.arguments[1]
let options = Options(CommandLine.arguments.dropFirst(2))
do throws(SystemError) {
  switch command {
  case "origin": try EchoOrigin.run(at: options.endpoint("listen"))
  case "gate": SimulatedGate.run(options)
  case "gate-table": SimulatedGate.table(resultsAt: options.text("results"))
  case "table": Table.print(resultsAt: options.text("results"), areas: options.all("area"))
  default: try measure(command, options)
  }
} catch {
  Failure.die("\(error)")
}
