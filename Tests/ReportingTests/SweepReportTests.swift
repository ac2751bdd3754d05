import Core
import Reporting
import TestSupport
import Testing

/// A sweep and an early end in every form of the report.
@Suite struct SweepReportTests {
  private static func swept() -> RunRecord {
    var record = SampleRecord.full()
    record.targets = [SampleRecord.clean()]
    record.targets[0].stopped = "errors.rate > 0.1, with 20 streams finished and 3 of them failed"
    var sweep = SweepRecord(objectives: ["ttft.p99 < 500ms", "errors.rate <= 0.01"])
    let quick = SweepRecord.Quantiles(SampleRecord.measure([20e6, 31e6]))
    sweep.stages = [
      .init(
        rate: 5, sentPerSecond: 5, donePerSecond: 4.8, streams: 50, errors: 0, ttft: quick,
        lateness: quick, held: true, missed: [], machine: nil),
      .init(
        rate: 10, sentPerSecond: 9.1, donePerSecond: 0, streams: 100, errors: 100, ttft: nil,
        lateness: nil, held: false, missed: ["errors.rate <= 0.01: 1.00"],
        machine: "100 requests could not be sent"),
    ]
    (sweep.highestHeld, sweep.lowestBroke) = (5, 10)
    sweep.result = "Held up to 5/s and broke at 10/s."
    record.sweep = sweep
    return record
  }

  @Test func fitsTheSchemaAndReadsBack() throws {
    let text = JSONRenderer().render(Self.swept())
    #expect(try JSONSchema.committed("run").errors(JSON.parse(text)) == [])
    #expect(try RunRecordReader().read(Array(text.utf8)) == Self.swept())
  }

  /// A rate that breaks is what a sweep looks for; only one where nothing holds has failed.
  @Test func theResultIsTheHeadline() {
    var record = Self.swept()
    var headline = Headline(record)
    #expect(headline.status == .measured)
    #expect(
      headline.sentence == "Held up to 5/s and broke at 10/s. 20 streams at 2 rates measured on"
        + " nginx-stream, all of them done.")
    record.sweep?.highestHeld = nil
    record.sweep?.result = "Did not hold at 5/s."
    headline = Headline(record)
    #expect(headline.status == .failed && headline.sentence.hasPrefix("Did not hold at 5/s. 20"))
    record.targets[0].verdicts[0].verdict = .fail
    headline = Headline(record)
    #expect(headline.sentence.hasPrefix("Did not hold at 5/s. 1 check failed on nginx-stream."))
    record.complete = false
    headline = Headline(record)
    #expect(headline.status == .incomplete)
    #expect(headline.remarks.contains("Sweep: Did not hold at 5/s."))
  }

  @Test func everyFormShowsTheCurve() throws {
    for renderer in [MarkdownRenderer(), HTMLRenderer(), TerminalRenderer()] as [any Renderer] {
      let text = renderer.render(Self.swept())
      for words in ["Held up to 5/s and broke at 10/s.", "100 requests could not be sent"] {
        #expect(text.contains(words), "\(renderer.name): \(words)")
      }
      #expect(text.contains("Stopped early: errors.rate"), "\(renderer.name)")
    }
  }
}
