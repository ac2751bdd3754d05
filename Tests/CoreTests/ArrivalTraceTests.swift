import Core
import Testing

/// Public traces of requests, in the shapes in which they are published.
struct ArrivalTraceTests {
  private func read(
    _ text: String, _ format: ArrivalTrace.Format,
    _ brokenLines: ArrivalTraceReader.BrokenLines = .refuse, seed: UInt64 = 1
  ) throws(ArrivalTraceError) -> ArrivalTrace {
    try ArrivalTraceReader.read(
      Array(text.utf8), as: format, brokenLines: brokenLines, seed: seed)
  }

  private let azure = """
    TIMESTAMP,ContextTokens,GeneratedTokens
    2023-11-16 23:59:59.6805900,374,44
    2023-11-17 00:00:00.0000000,396,109
    2023-11-16 23:59:59.9311010,879,55

    """

  @Test func azureCountsFromItsFirstArrival() throws {
    let trace = try read(azure, .azure)
    let first = trace.arrivals[0]
    #expect(first.at == .zero && first.inputTokens == 374 && first.outputTokens == 44)
    #expect(trace.arrivals.map(\.at.count) == [0, 250_511_000, 319_410_000])
    #expect(trace.arrivals.map(\.inputTokens) == [374, 879, 396])
    let later = try read(
      "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2024-05-10 00:00:00.009930+00:00,2162,5\r\n"
        + "2024-05-10 00:00:01+00:00,2399,6\r\n", .azure)
    #expect(later.arrivals[1].at.count == 990_070_000)
  }

  @Test func burstGPT() throws {
    let trace = try read(
      """
      Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type
      5,a,2.1,ChatGPT,472,18,490,Conversation log
      45.5,,0.4,GPT-4,1087,230,1317,API log
      """, .burstgpt)
    #expect(trace.arrivals.map(\.at) == [.zero, .milliseconds(40_500)])
    #expect(trace.arrivals[1].outputTokens == 230)
    let older = try read(
      "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,1,2,3,x",
      .burstgpt)
    #expect(older.arrivals[0].inputTokens == 1)
  }

  @Test func mooncakeIsSpreadWithinItsTicks() throws {
    let lines = (0..<300).map {
      #"{"timestamp": \#($0 / 100 * 3000), "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}"#
    }
    let text = lines.joined(separator: "\n")
    let trace = try read(text, .mooncake)
    let times = trace.arrivals.map(\.at)
    #expect(times == times.sorted() && times[0] == .zero)
    #expect(Set(times).count == 300)
    #expect(times.count { $0 < .seconds(3) } > 90 && times[299] < .seconds(9))
    #expect(try read(text, .mooncake) == trace)
    #expect(try read(text, .mooncake, seed: 2) != trace)
  }

  @Test func scaledIsFaster() throws {
    let trace = try read(azure, .azure)
    #expect(trace.scaled(by: 2).arrivals[2].at.count == (trace.arrivals[2].at.count + 1) / 2)
  }

  @Test(arguments: [
    ("TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,1,2", "line 2: `yesterday` is no time"),
    ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.5,1", "line 2: 2 columns where"),
    (
      "TIMESTAMP,ContextTokens,GeneratedTokens\n\n2023-11-16 18:15:46.5,-1,5",
      "line 3: `-1` is no number of tokens"
    ),
    ("Timestamp,Model\n1,2", "line 1: there is no column `contexttokens`"),
    ("TIMESTAMP,ContextTokens,GeneratedTokens\n", "there is no request in it"),
    ("", "there is no request in it"),
  ])
  func brokenLinesAreNamed(text: String, message: String) {
    let error = #expect(throws: ArrivalTraceError.self) { () throws in try read(text, .azure) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func brokenLinesAreLeftOutByChoice() throws {
    let whole = #"{"timestamp": 0, "input_length": 1, "output_length": 2}"#
    let trace = try read("\(whole)\n{\"timestamp\": 3000,\n\(whole)\n", .mooncake, .skip)
    #expect(trace.arrivals.count == 2)
    #expect(trace.brokenCount == 1 && trace.broken[0].hasPrefix("line 2: not a JSON object"))
    #expect(throws: ArrivalTraceError.self) { try read("{\"timestamp\": 3000,", .mooncake) }
  }

  private func scenario(_ arrivals: String, file: String) throws -> Scenario {
    try ScenarioReader.read(
      Array(
        "{ name: 'x', provider: { script: ['done'] }, traffic: { arrivals: \(arrivals) } }".utf8),
      path: "s", faults: [], files: { _ in Array(file.utf8) })
  }

  @Test func aScenarioPlaysATrace() throws {
    let traffic = try scenario(
      "{ trace: 'a.csv', format: 'azure', scale: 0.5 }", file: azure
    ).traffic
    var plan = ArrivalPlan(traffic, seed: 3)
    var starts: [Nanoseconds] = []
    while let next = plan.nextStart() { starts.append(next.at) }
    #expect(starts.map(\.count) == [0, 501_022_000, 638_820_000])
    #expect(traffic.planned == 3 && traffic.endsByTime)
    #expect(traffic.arrivals.literal == "trace a.csv (azure) at 0.5 x")
  }

  @Test(arguments: [
    ("{ trace: 'a.csv', format: 'azur' }", "did you mean `azure`?"),
    ("{ trace: 'a.csv' }", "`format` is missing"),
    ("{ trace: 'a.csv', format: 'azure', scale: 0 }", "`scale` must be a number above zero"),
    ("{ trace: 'a.csv', format: 'burstgpt' }", "there is no column `request tokens`"),
    ("{ trace: 'a.csv', format: 'mooncake', broken: 'skip' }", "there is no request in it"),
  ])
  func aScenarioSaysWhatIsWrong(arrivals: String, message: String) {
    let error = #expect(throws: ScenarioErrors.self) {
      try scenario(arrivals, file: azure)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }
}
