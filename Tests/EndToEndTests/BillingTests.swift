import Core
import Foundation
import Reporting
import Testing

/// Twins and bills as the program writes them: who bills wrongly in a known way is caught with figures.
@Suite(.waits) struct BillingTests {
  private static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> (
    target: TargetRecord, out: String, text: String
  ) {
    let directory = try CommandLineTool.scratch("billing")
    let result = try CommandLineTool.run(
      ["run"] + arguments + ["--out=\(directory)", "--quiet", "--allow-unfit", "--floor-share=0"],
      environment: environment)
    #expect(result.status == 0, "\(result.error)\(result.out)")
    let file = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    let record = try RunRecordReader().read([UInt8](file))
    let everything = try ["run.json", "report.md", "report.html"].map {
      try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8)
    }
    return (try #require(record.targets.first), result.out, everything.joined())
  }

  @Test func aHiddenPromptIsFoundAndCounted() throws {
    let (target, out, _) = try Self.run(["billing/hidden-prompt", "--target=builtin"])
    let overhead = try #require(target.overhead)
    #expect(overhead.pairs == 4)
    let message = try #require(overhead.messages.first)
    #expect(overhead.messages.count == 1 && message.pairs == 4)
    #expect(message.change == .added && message.role == "system" && message.words == 120)
    #expect(out.contains("the provider also got a message of the role system with 120 words"))
    let cost = try #require(target.cost)
    let direct = try #require(cost.direct)
    #expect(direct.map(\.ordinal) == [0, 1, 2, 3] && cost.bills.map(\.ordinal) == [0, 1, 2, 3])
    for (bill, twin) in zip(cost.bills, direct) {
      let counts = [bill, twin].map { Int($0.usage?.fields["prompt_tokens"] ?? "") ?? -1 }
      #expect(counts[0] == counts[1] + 120)
      #expect(twin.words == counts[1] && bill.words == twin.words)
    }
    #expect(Set(direct.map(\.words)).count > 1, "prompts differ in length")
  }

  @Test func costsComeThroughAsTheyWereSent() throws {
    let (target, _, _) = try Self.run(["billing/cost-as-string", "--target=builtin"])
    let cost = try #require(target.cost)
    #expect(cost.bills.count == 4 && cost.omitted == 0)
    #expect(
      cost.bills.allSatisfy { $0.charges == [.init(source: "usage.cost", text: "\"0.0028\"")] })
    #expect(cost.direct?.allSatisfy { $0.charges.isEmpty } ?? false)
    #expect(cost.bills.first?.answeredBy == "relaymark-scripted")
    #expect(
      target.overhead?.response.members.map(\.name) == ["usage.cost"],
      "what the script says of the relay is seen as the relay's")
  }

  @Test func whatWarmsUpHasNoTwin() throws {
    let (target, _, _) = try Self.run([
      "streaming/steady-50ms", "--target=builtin", "--streams=5", "--twins=2",
    ])
    #expect(target.exchanges.warmup == 5 && target.overhead?.pairs == 2)
    #expect(target.cost?.direct?.map(\.ordinal) == [5, 6])
  }

  @Test func turnsOfAConversationHaveTwinsToo() throws {
    let (target, _, _) = try Self.run(["billing/cache-by-turns", "--target=builtin"])
    let direct = try #require(target.cost?.direct)
    let cached = "prompt_tokens_details.cached_tokens"
    #expect(direct.map { $0.usage?.fields[cached] } == ["0", "1501", "0", "1501"])
    #expect(target.cost?.bills.map(\.usage) == direct.map(\.usage))
  }

  /// A hosted relay that counts 3 % more and adds 120 tokens, and the provider behind it: nothing is
  /// known of either but what they answer.
  @Test func aHostedRelayIsComparedWithTheProvider() throws {
    let (outcome, _) = try CommandLineTool.serving(
      ["provider", "--listen=127.0.0.1:0", "--scenario=billing/prompt-lengths"]
    ) { relay in
      try CommandLineTool.serving(
        ["provider", "--listen=127.0.0.1:0", "--scenario=billing/hidden-prompt"]
      ) { provider in
        try Self.run(
          [
            "billing/prompt-lengths", "--target=hosted=http://\(relay)/v1",
            "--key-env=RELAY_KEY", "--direct=http://\(provider)/v1", "--direct-model=its-own-name",
            "--direct-key-env=DIRECT_KEY", "--twins=3",
          ],
          environment: ["RELAY_KEY": "sk-relay-12345678", "DIRECT_KEY": "sk-direct-87654321"])
      }.value
    }
    let (target, _, text) = outcome
    #expect(target.topology == .oneSided)
    let cost = try #require(target.cost)
    #expect(cost.bills.count == 16 && cost.direct?.count == 3)
    #expect(cost.direct?.first?.model == "its-own-name")
    for (bill, twin) in zip(cost.bills, cost.direct ?? []) {
      let words = try #require(twin.words)
      #expect(twin.usage?.fields["prompt_tokens"] == String(words))
      #expect(bill.usage?.fields["prompt_tokens"] == String(words * 103 / 100 + 120))
    }
    #expect(target.directMeasures?["ttft"]?.n == 3 && target.directMeasures?["added.ttft"] == nil)
    let overhead = try #require(target.overhead)
    #expect(overhead.pairs == 3 && overhead.request == nil)
    #expect(overhead.response.members.map(\.name).contains("usage.prompt_tokens"))
    #expect(!text.contains("12345678") && !text.contains("87654321"))
  }

  @Test(arguments: [
    (["--direct=http://127.0.0.1:1/v1"], "--direct is compared with the relay of a --target"),
    (["--direct-model=x"], "--direct-model goes with --direct=URL"),
    (["--target=http://127.0.0.1:1/v1", "--direct=ftp://x"], "only http and https are spoken"),
    (
      ["--target=http://127.0.0.1:1/v1", "--direct=builtin"],
      "--direct takes the provider's base URL"
    ),
    (["--target=http://127.0.0.1:1/v1", "--twins=3"], "--twins needs somebody who answers"),
    (["--target=builtin", "--twins=65"], "twins"),
    (["--twins=2"], "--twins compares with a relay, and there is none without --target"),
    (["--target=builtin", "--twins=2", "--shard=1/2"], "--twins does not go with --shard"),
    (
      [
        "--target=http://127.0.0.1:1/v1", "--direct=http://127.0.0.1:1/v1",
        "--direct-key-env=NO_SUCH_KEY",
      ], "NO_SUCH_KEY (--direct-key-env) is not set"
    ),
  ])
  func whatCannotBeIsSaid(arguments: [String], mention: String) throws {
    let result = try CommandLineTool.run(["run", "billing/honest"] + arguments)
    #expect(result.status == 2)
    #expect(result.error.contains(mention), "\(result.error)")
  }

  /// Nobody at the address of `--direct`: the run stands, and there is nothing to compare.
  @Test func aProviderThatCannotBeReachedIsNoFailureOfTheRelay() throws {
    let (target, _) = try CommandLineTool.serving(
      ["provider", "--listen=127.0.0.1:0", "--scenario=billing/honest"]
    ) { relay in
      try Self.run([
        "billing/honest", "--target=http://\(relay)/v1", "--direct=http://127.0.0.1:1/v1",
      ]).target
    }
    #expect(target.exchanges.byEnd == ["done": 4])
    #expect(target.overhead == nil && target.cost?.direct == nil)
    #expect(target.remarks.contains { $0.contains("127.0.0.1:1") && $0.contains("refused") })
  }
}
