package import Core
package import Judging
import Wire

/// Shows that checks can fail: each is run on the built-in relay, which has to pass, and on mutants
/// of it, which have to be noticed.
package enum ConformanceProof {
  package struct Result: Sendable {
    package var check: ConformanceCheck
    /// What it says of the built-in relay.
    package var control: ConformanceVerdict
    package var mutants: [(mutant: Mutant, verdict: ConformanceVerdict)]
    /// Of each mutant, which other checks fail that ask for nothing but the same stimuli, and how
    /// many such checks there are.
    package var others: [(failed: [String], of: Int)]

    /// What is wrong with the check, in words; empty if it does what it is there for.
    package var problems: [String] {
      var found: [String] = []
      if control.verdict == .fail || control.verdict == .error {
        found.append("the built-in relay: \(control.verdict.rawValue): \(control.actual)")
      }
      if mutants.isEmpty { found.append("has no mutant") }
      for (mutant, verdict) in mutants where verdict.verdict != mutant.outcome {
        found.append(
          "\(mutant.faults.joined(separator: "; ")): \(verdict.verdict.rawValue) instead of "
            + "\(mutant.outcome.rawValue): \(verdict.actual)")
      }
      return found
    }
  }

  /// - Parameter isFull: whether slow stimuli are played too; without, checks of nothing else are
  ///   left out.
  package static func run(
    _ checks: [ConformanceCheck], on engine: SuiteEngine, isFull: Bool = false
  ) throws -> [Result] {
    var stage = Stage(isFull: isFull)
    let chosen = checks.filter { $0.needs != .twoProviders && !stage.stimuli($0).isEmpty }
    for check in chosen {
      stage.want(check, nil)
      for mutant in check.mutants { stage.want(check, mutant) }
    }
    try stage.play(engine)
    return chosen.map { check in
      Result(
        check: check, control: stage.verdict(check, nil),
        mutants: check.mutants.map { ($0, stage.verdict(check, $0)) },
        others: check.mutants.map { stage.others(check, $0, among: chosen) })
    }
  }

  private struct Stage {
    let isFull: Bool
    private var plays: [SuitePlay] = []
    private var places: [Key: Int] = [:]
    private var seen: [[Observation]] = []

    private struct Key: Hashable {
      var stimulus: Stimulus
      var face: String
      var way: SuiteWay
    }

    init(isFull: Bool) { self.isFull = isFull }

    func pair(_ check: ConformanceCheck) -> Pair {
      let face = check.face.flatMap { Dialects.named($0.rawValue) } ?? Dialects.usual
      return Pair(face: face, upstream: face)
    }

    func stimuli(_ check: ConformanceCheck) -> [Stimulus] {
      check.stimuli(pair(check)).filter { isFull || !$0.isSlow }
    }

    mutating func want(_ check: ConformanceCheck, _ mutant: Mutant?) {
      for stimulus in stimuli(check) {
        for way in [.direct, Self.way(mutant)] {
          let key = Key(stimulus: stimulus, face: pair(check).face.name, way: way)
          guard places[key] == nil else { continue }
          places[key] = plays.count
          plays.append(SuitePlay(stimulus, pair(check), way))
        }
      }
    }

    mutating func play(_ engine: SuiteEngine) throws { seen = try engine.play(plays) }

    private static func way(_ mutant: Mutant?) -> SuiteWay {
      mutant.map { .mutant($0.faults.map { Stimulus.rule($0, leg: .a) }) } ?? .relay
    }

    private func observations(
      _ check: ConformanceCheck, _ stimulus: Stimulus, _ way: SuiteWay, face: String
    ) -> [Observation]? {
      places[Key(stimulus: stimulus, face: face, way: way)].map { seen[$0] }
    }

    func verdict(_ check: ConformanceCheck, _ mutant: Mutant?) -> ConformanceVerdict {
      let face = pair(check).face.name
      let passages = stimuli(check).map { stimulus in
        Passage(
          stimulus: stimulus, pair: pair(check),
          direct: observations(check, stimulus, .direct, face: face) ?? [],
          seen: observations(check, stimulus, Self.way(mutant), face: face) ?? [])
      }
      return ConformanceJudge.verdict(of: check, passages, topology: .twoSided)
    }

    /// Other checks that can be judged by what was played for this one.
    func others(
      _ check: ConformanceCheck, _ mutant: Mutant, among checks: [ConformanceCheck]
    ) -> (failed: [String], of: Int) {
      let played = Set(stimuli(check))
      let face = pair(check).face.name
      let others = checks.filter {
        $0.id != check.id && pair($0).face.name == face && played.isSuperset(of: stimuli($0))
      }
      let failed = others.filter { verdict($0, mutant).verdict == .fail }
      return (failed.map(\.id), others.count)
    }
  }
}
