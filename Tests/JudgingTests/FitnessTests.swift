import Core
import Judging
import Testing

/// When a machine is unfit, and what it is told was short.
@Suite struct FitnessTests {
  private func measure(_ microseconds: Double) -> Measure {
    let value = microseconds * 1_000
    return Measure(
      unit: "ns", n: 100, p50: value, p90: value, p95: value, p99: value, p999: value, max: value,
      min: value, storage: "exact", samples: [])
  }

  private func reasons(_ change: (inout Fitness.Conditions) -> Void) -> [String] {
    var conditions = Fitness.Conditions()
    conditions.lateness = ["send": measure(60), "write": measure(80), "read": measure(70)]
    conditions.figures = ["ttft": measure(20_000), "gap": measure(50_000)]
    conditions.answers = 100
    conditions.use = use(own: 0.3, busy: 0.4, waited: 0)
    change(&conditions)
    var fitness = Fitness()
    fitness.judge(conditions)
    #expect(fitness.isFit == fitness.reasons.isEmpty)
    return fitness.reasons
  }

  private func use(
    own: Double, busy: Double?, waited: Double?, stolen: Double = 0
  ) -> ProcessorUse {
    func time(_ cores: Double) -> Nanoseconds { Nanoseconds(Int64(cores * 1e10)) }
    return ProcessorUse(
      elapsed: .seconds(10), cores: 2, own: time(own), waited: waited.map(time),
      busy: busy.map(time), stolen: time(stolen))
  }

  @Test func aQuietMachineIsFit() { #expect(reasons { _ in } == []) }

  /// A fast relay makes short figures; a tenth of them is less than any machine can do.
  @Test func aFastRelayMakesNoMachineUnfit() {
    #expect(reasons { $0.figures = ["ttft": measure(150), "gap": measure(40)] } == [])
    let late = reasons {
      $0.figures = ["ttft": measure(150), "gap": measure(40)]
      $0.lateness["read"] = measure(260)
    }
    #expect(late.count == 1 && late[0].contains("allowed: 250 µs)"))
  }

  @Test(arguments: [
    ("send", "ttft", "requests were sent"), ("write", "gap", "chunks were written"),
    ("read", "gap", "what could be read was stamped"),
  ])
  func aTenthOfTheFigureIsTheLimit(name: String, figure: String, words: String) {
    let under = reasons {
      $0.figures[figure] = measure(5_000)
      $0.lateness[name] = measure(500)
    }
    #expect(under == [])
    let over = reasons {
      $0.title = "steady"
      $0.figures[figure] = measure(5_000)
      $0.lateness[name] = measure(501)
    }
    #expect(over.count == 1)
    #expect(over.first?.hasPrefix("steady: 1 % of \(words)") == true)
    #expect(over.first?.contains("a tenth of the \(figure) p50") == true)
  }

  /// However long the figure, and where there is none.
  @Test func aMillisecondIsTheMost() {
    for figure in [measure(1e6), nil, Measures.measure([.infinity], unit: "ns")] {
      let reasons = reasons {
        $0.figures["ttft"] = figure
        $0.lateness["send"] = measure(1_001)
      }
      #expect(reasons.count == 1 && reasons[0].contains("(allowed: 1.00 ms)"))
    }
  }

  @Test func whatWasShortIsSaid() {
    func late(_ use: ProcessorUse) -> String {
      reasons {
        $0.lateness["read"] = measure(9_000)
        $0.use = use
      }.first ?? ""
    }
    let crowded = late(use(own: 0.7, busy: 2, waited: 1.5))
    #expect(crowded.contains("the processor was short (2.0 of 2 cores were busy, 1.3 of them with"))
    #expect(crowded.contains("threads waited 15.0 s for a core in 10.0 s"))
    #expect(crowded.hasSuffix("close other programs"))
    #expect(late(use(own: 1.9, busy: 2, waited: nil)).contains("use fewer streams"))
    #expect(late(use(own: 0.2, busy: 0.3, waited: 0.01)).contains("was not short"))
    #expect(late(use(own: 0.2, busy: 0.3, waited: 0.01, stolen: 0.4)).contains("took 0.4 of its 2"))
    #expect(late(.none).contains("close other programs or use fewer streams"))
  }

  @Test func wantOfRoomIsUnfit() {
    let reasons = reasons { $0.notSent = 3 }
    #expect(reasons.count == 1 && reasons[0].contains("ulimit -n"))
  }

  @Test func aReaderOfOurOwnThatIsTooSlowIsUnfit() {
    #expect(reasons { $0.blocked = 1 } == [])
    let reasons = reasons { $0.blocked = 2 }
    #expect(reasons.count == 1 && reasons[0].contains("bandwidth was short"))
  }

  @Test func stretchesAddUp() {
    let sum = use(own: 0.5, busy: 1, waited: 0.1) + use(own: 1.5, busy: 1, waited: 0.3)
    #expect(sum.elapsed == .seconds(20) && sum.own == .seconds(20))
    #expect(sum.waited == .seconds(4) && sum.busy == .seconds(20))
    #expect((sum + use(own: 1, busy: nil, waited: nil)).waited == nil)
    #expect((.none + sum) == sum)
  }
}
