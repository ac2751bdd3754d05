import Core
import Foundation
import Platform

/// `--shard` and `--start-at`: one run on several machines.
enum ShardOptions {
  static let options = [
    Option(
      name: "shard", value: "I/N|auto",
      help: "send this machine's share of the plan only (relaymark merge adds the records\n"
        + "up): machine I of N, or what Kubernetes, Slurm or RELAYMARK_SHARD say"),
    Option(
      name: "start-at", value: "TIME",
      help: "begin the first scenario then, on all machines: 2026-11-26T12:00:00Z or seconds\n"
        + "since 1970; leave a quarter of a minute for the floor before"),
  ]

  static func shard(_ arguments: Arguments, _ scenarios: [Scenario]) throws(CommandError) -> Shard?
  {
    guard let text = try arguments.value("shard") else { return nil }
    let shard: Shard
    if text == "auto" {
      do throws(ShardEnvironment.Problem) {
        shard = try ShardEnvironment.shard(ProcessInfo.processInfo.environment)
      } catch {
        throw .usage("--shard=auto: \(error.message)")
      }
    } else {
      do throws(LiteralError) {
        shard = try Shard(literal: text)
      } catch {
        throw .usage("--shard=\(text): \(error.message)")
      }
    }
    for scenario in scenarios
    where scenario.traffic.arrivals == .closed && scenario.traffic.slots < shard.count {
      let slots = scenario.traffic.slots
      throw .usage(
        "--shard=\(text): \(scenario.name) sends \(slots) \(slots == 1 ? "stream" : "streams") at a "
          + "time, which \(shard.count) machines cannot share: use at most \(slots), or raise "
          + "--concurrency")
    }
    return shard
  }

  static func start(_ arguments: Arguments) throws(CommandError) -> WallTime? {
    guard let text = try arguments.value("start-at") else { return nil }
    let start: WallTime
    do throws(LiteralError) {
      start = try WallTime(literal: text)
    } catch {
      throw .usage("--start-at=\(text): \(error.message)")
    }
    let ahead = start - WallClock.now()
    guard ahead > .zero else {
      throw .usage(
        "--start-at=\(text) is over since \(Nanoseconds(-ahead.count)): give all machines the same "
          + "time, some way ahead")
    }
    guard ahead <= Limits.startAhead else {
      throw .usage(
        "--start-at=\(text) is more than \(Int(Limits.startAhead.seconds) / 3_600) hours ahead")
    }
    return start
  }
}
