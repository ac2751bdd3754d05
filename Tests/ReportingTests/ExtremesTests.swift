import Core
import Reporting
import Stats
import Testing

/// Records at the edges of what can happen.
@Suite struct ExtremesTests {
  @Test func theRegistryIsSortedAndNamed() {
    let names = Renderers.all.map(\.name)
    #expect(names == names.sorted())
    #expect(names == ["html", "json", "markdown", "terminal"])
    #expect(Renderers.named("html")?.fileName == "report.html")
    #expect(Renderers.named("yaml") == nil)
  }

  /// Coordinates stay numbers whatever is measured.
  @Test(
    arguments: [
      [], [0], [-5, -1], [1e-9], [0, 1e18], [1e300], [.infinity], [.nan], [1, 1, 1],
      [5e8, 5.000001e8], [1, 2, 3, 1e12],
    ] as [[Double]])
  func anyFigureCanBeDrawn(_ samples: [Double]) {
    var record = SampleRecord.full()
    for index in record.targets.indices {
      record.targets[index].measures["ttft"] = SampleRecord.measure(samples)
      record.targets[index].measures["added.chunk"] = SampleRecord.measure(samples)
      record.targets[index].streams[0].e2e = Nanoseconds(Int64.max)
      record.targets[index].streams[0].arrivals = [Nanoseconds(Int64.min), Nanoseconds(Int64.max)]
    }
    record.instrument.floor["added.chunk"] = SampleRecord.measure(samples)
    for renderer in Renderers.all {
      let text = renderer.render(record)
      #expect(!text.isEmpty)
      guard renderer.name == "html" else { continue }
      for word in ["\"nan", "nan%", "inf%", "Mnan", "Hnan", "Hinf", "Vnan"] {
        #expect(!text.contains(word), "\(word)")
      }
    }
  }

  @Test func twelveTargetsHaveLettersAndTwoKindsOfLine() {
    var record = SampleRecord.full()
    record.targets = (0..<12).map { number in
      var target = SampleRecord.clean()
      target.name = "target-\(number)"
      return target
    }
    let page = HTMLRenderer().render(record)
    for letter in "ABCDEFGHIJKL" { #expect(page.contains("<b class=\"key\">\(letter)</b>")) }
    #expect(page.contains("curve s5 dashed"))
    #expect(page.utf8.count < 1_500_000)
  }

  /// Targets of one name stay apart, and each scenario has a chart of its own.
  @Test func equalNamesAndSeveralScenarios() {
    var record = SampleRecord.full()
    record.targets = [SampleRecord.clean(), SampleRecord.clean(), SampleRecord.buffering()]
    record.targets[2].scenario.name = "other"
    let page = HTMLRenderer().render(record)
    #expect(page.contains("nginx-stream, steady-20 (2)"))
    #expect(page.contains("id=\"ttft-chart-2-title\""))
  }

  /// The size of a page does not follow the number of samples or chunks.
  @Test func picturesAreBounded() {
    var record = SampleRecord.full()
    record.targets = [SampleRecord.clean()]
    let many = (0..<Limits.exactSamples).map { 1_000 + Double($0) * 97 }
    record.targets[0].measures = [
      "ttft": SampleRecord.measure(many),
      "added.chunk": SampleRecord.measure(many),
    ]
    record.targets[0].streams = [
      SampleRecord.stream(0, count: 50_000) { _, write in write + 1_000_000 }
    ]
    #expect(HTMLRenderer().render(record).utf8.count < 120_000)
  }

  /// Streams that never showed output are missing from the top of the curve.
  @Test func missingStreamsLowerTheCurve() {
    var record = SampleRecord.full()
    record.targets = [SampleRecord.clean()]
    record.targets[0].exchanges.total = 80
    let page = HTMLRenderer().render(record)
    #expect(page.contains("75 % of the streams never got there") || page.contains("75.0 %"))
  }

  /// The hint stands where half of the delays are within the instrument's own.
  @Test func figuresBelowTheFloorAreMarked() {
    var record = SampleRecord.full()
    record.targets = [SampleRecord.clean()]
    record.targets[0].measures["added.chunk"] = SampleRecord.measure([1_000, 2_000, 3_000])
    #expect(HTMLRenderer().render(record).contains("2.00 µs <small>not resolved</small>"))
    record.targets[0].topology = .direct
    record.targets[0].measures["added.ttft"] = nil
    #expect(!HTMLRenderer().render(record).contains("not resolved"))
  }

  /// What was counted comes back from the record as it was, and draws the curve of its samples.
  @Test func countsOfBucketsAreKept() throws {
    var counted = Histogram()
    for index in 0..<5_000 { counted.add(1e6 + Double(index * index)) }
    counted.add(.infinity)
    var record = SampleRecord.full()
    record.targets = [SampleRecord.clean()]
    record.targets[0].measures = ["ttft": SampleRecord.measure(counted)]
    let read = try RunRecordReader().read(Array(JSONRenderer().render(record).utf8))
    #expect(read == record)
    let page = HTMLRenderer().render(record)
    #expect(page.contains("<small>histogram</small>"))
    record.targets[0].measures["ttft"]?.histogram = nil
    #expect(HTMLRenderer().render(record) != page)
  }
}
