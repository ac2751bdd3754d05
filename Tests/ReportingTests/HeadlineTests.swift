import Core
import Reporting
import Testing

/// The first sentence says how the run came out.
@Suite struct HeadlineTests {
  static func record(_ change: (inout RunRecord) -> Void) -> RunRecord {
    var record = SampleRecord.full()
    record.targets = [SampleRecord.clean()]
    change(&record)
    return record
  }

  @Test func aCleanRunPassed() {
    let headline = Headline(Self.record { _ in })
    #expect(headline.status == .passed)
    #expect(
      headline.sentence
        == "All checks passed: 20 streams of scenario steady-20 measured on nginx-stream,"
        + " all of them done.")
    #expect(headline.remarks.isEmpty)
  }

  @Test func failuresComeFirst() {
    let headline = Headline(SampleRecord.full())
    #expect(headline.status == .failed)
    #expect(
      headline.sentence.hasPrefix(
        "2 checks and 1 expectation failed on 2 of 4 targets (nginx-gzip, litellm)."))
    #expect(headline.sentence.contains("9 of them broken off on purpose"))
  }

  @Test func anIncompleteRunSaysSoBeforeItsFailures() {
    let headline = Headline(
      Self.record {
        $0.complete = false
        $0.note = "the disk is full"
        $0.targets[0].verdicts[0].verdict = .fail
      })
    #expect(headline.status == .incomplete)
    #expect(headline.sentence.contains("20 of 20 planned streams"))
    #expect(headline.sentence.contains("1 check failed on nginx-stream already"))
    #expect(headline.remarks == ["Why it ended: the disk is full"])
  }

  @Test func failedStreamsAreNotHiddenByPassedChecks() {
    let headline = Headline(
      Self.record { $0.targets[0].exchanges.byEnd = ["done": 19, "reset": 1] })
    #expect(headline.status == .attention)
    #expect(headline.sentence.contains("1 of 20 streams did not end as done"))
  }

  @Test func undecidedAndUnjudgedRunsDidNotPass() {
    let undecided = Headline(Self.record { $0.targets[0].verdicts[0].verdict = .inconclusive })
    #expect(undecided.status == .inconclusive)
    let unjudged = Headline(
      Self.record {
        $0.targets[0].verdicts = []
        $0.targets[0].expectations = []
      })
    #expect(unjudged.status == .measured)
    #expect(Headline(Self.record { $0.targets = [] }).sentence.contains("Nothing was measured"))
  }

  @Test func anUnfitMachineIsSaidAtOnce() {
    let record = Self.record { $0.instrument = SampleRecord.instrument(fit: false) }
    #expect(Headline(record).remarks.contains { $0.contains("not fit") })
    for renderer in Renderers.all where renderer.name != "json" {
      #expect(renderer.render(record).contains("not fit to measure"), "\(renderer.name)")
    }
  }

  /// Every form opens with it.
  @Test func everyFormOpensWithIt() {
    let terminal = TerminalRenderer().render(SampleRecord.full())
    #expect(terminal.hasPrefix("Failed: 2 checks"))
    #expect(MarkdownRenderer().render(SampleRecord.full()).hasPrefix("# Failed: 2 checks"))
    #expect(TerminalRenderer().render(SampleRecord.interrupted()).hasPrefix("Incomplete: 0 of 20"))
  }
}
