import Core
import Stats

/// Whether records are of machines that shared one run.
enum MergeCheck {
  /// What speaks against it; empty if nothing does.
  static func reasons(_ parts: [RecordMerge.Part]) -> [String] {
    guard let first = parts.min(by: { index($0) < index($1) }) else {
      return ["there is no record to merge"]
    }
    let strangers = parts.flatMap(stranger)
    guard strangers.isEmpty else { return strangers }
    var reasons = parts.flatMap { part in
      part.file == first.file ? [] : differences(part, first)
    }
    for (index, part) in parts.enumerated() {
      for other in parts[..<index] where other.record.shard == part.record.shard {
        guard let shard = part.record.shard else { continue }
        reasons.append("\(other.file) and \(part.file) are both shard \(shard)")
      }
    }
    return reasons + parts.flatMap(unmergeable)
  }

  private static func index(_ part: RecordMerge.Part) -> Int { part.record.shard?.index ?? 0 }

  /// What by itself is no shard's record.
  private static func stranger(_ part: RecordMerge.Part) -> [String] {
    if part.record.machines != nil {
      return ["\(part.file) is merged already: name the records of the machines themselves"]
    }
    if part.record.shard == nil {
      return ["\(part.file) is of a whole run, not of a shard (relaymark run --shard=I/N)"]
    }
    return part.record.targets.filter { $0.scenario.digest == nil }.map {
      "\(part.file) does not say which scenario \($0.scenario.name) was"
    }
  }

  private static func differences(
    _ part: RecordMerge.Part, _ first: RecordMerge.Part
  ) -> [String] {
    let (own, other) = (part.record, first.record)
    var reasons: [String] = []
    func compare(_ what: String, _ left: String?, _ right: String?) {
      guard left != right else { return }
      reasons.append(
        "\(part.file) has another \(what) than \(first.file): \(left ?? "none") and "
          + (right ?? "none"))
    }
    compare("number of shards", own.shard.map { "\($0.count)" }, other.shard.map { "\($0.count)" })
    compare("version of relaymark", own.tool.version, other.tool.version)
    compare("seed", "\(own.seed)", "\(other.seed)")
    compare("start", own.intendedStart, other.intendedStart)
    let (shorter, longer) = own.targets.count < other.targets.count ? (own, other) : (other, own)
    if shorter.targets.count < longer.targets.count, shorter.complete {
      compare("number of scenarios", "\(own.targets.count)", "\(other.targets.count)")
    }
    for (left, right) in zip(own.targets, other.targets) {
      let name = left.scenario.name
      compare("scenario", name, right.scenario.name)
      guard name == right.scenario.name else { continue }
      compare("version of scenario \(name)", left.scenario.digest, right.scenario.digest)
      compare("target", left.name, right.name)
      compare("address of \(left.name)", left.url, right.url)
      compare("topology on \(left.name)", left.topology.rawValue, right.topology.rawValue)
      compare("dialect on \(left.name)", left.dialect, right.dialect)
    }
    return reasons
  }

  private static func unmergeable(_ part: RecordMerge.Part) -> [String] {
    func broken(
      _ measures: [String: Measure], _ place: String, oneClock: Bool = false
    ) -> [String] {
      measures.filter {
        (oneClock || !Measure.needsOneClock($0.key)) && Series($0.value) == nil
      }.keys.sorted().map {
        "\(part.file): \($0) \(place) does not hold all that it was made from"
      }
    }
    let instrument = part.record.instrument
    return broken(instrument.lateness, "of the instrument")
      + broken(instrument.floor, "of the instrument's floor", oneClock: true)
      + part.record.targets.flatMap {
        broken($0.measures, "of \($0.scenario.name)")
          + broken($0.floor ?? [:], "of the floor of \($0.scenario.name)", oneClock: true)
      }
  }
}
