import Core
import Reporting
import TestSupport
import Testing

/// What twins and bills add to a record, against its schema and read back.
@Suite struct BillingSchemaTests {
  private static func record() -> RunRecord {
    var record = SampleRecord.full()
    record.targets[0].scenario.purpose = "cost"
    record.targets[0].overhead = SampleOverhead.record
    record.targets[0].overhead?.translated = "anthropic-messages"
    record.targets[1].overhead = SampleOverhead.record
    record.targets[1].overhead?.request = nil
    record.targets[1].directMeasures = ["ttft": SampleRecord.measure([1e6, 2e6])]
    let bill = CostRecord.Bill(
      ordinal: 3, model: "m", answeredBy: "m-2", words: 12,
      usage: SentUsage(["cost": "\"0.10\"", "prompt_tokens": "5"]),
      charges: [.init(source: "usage.cost", text: "\"0.10\"")])
    record.targets[0].cost = CostRecord(bills: [bill], direct: [bill])
    return record
  }

  @Test func isInTheSchema() throws {
    let text = JSONRenderer().render(Self.record())
    #expect(try JSONSchema.committed("run").errors(JSON.parse(text)) == [])
  }

  @Test(arguments: [
    ("\"purpose\" : \"cost\"", "\"purpose\" : \"fun\""), ("\"added\"", "\"invented\""),
    ("\"pairs\" : 3", "\"pairs\" : 0"), ("\"leftOut\" : 2", "\"leftOut\" : \"2\""),
  ])
  func damageIsSeen(from: String, to: String) throws {
    let text = JSONRenderer().render(Self.record())
    #expect(text.contains(from))
    let errors = try JSONSchema.committed("run").errors(JSON.parse(text.replacing(from, with: to)))
    #expect(!errors.isEmpty)
  }

  @Test func isReadBackAsItWas() throws {
    let record = Self.record()
    let again = try RunRecordReader().read(Array(JSONRenderer().render(record).utf8))
    #expect(again.targets[0].overhead == record.targets[0].overhead)
    #expect(again.targets[0].cost == record.targets[0].cost)
    #expect(again.targets[0].scenario.isForCost)
    #expect(again.targets[1].directMeasures == record.targets[1].directMeasures)
  }

  @Test func theFirstTokenOfTwinsIsToldBesideThatOfTheRelay() {
    let words = "TTFT p50 without the relay: 1.00 ms in 2 twins, with it"
    for renderer in Renderers.all where renderer.name != "json" {
      #expect(renderer.render(Self.record()).replacing("\n  ", with: " ").contains(words))
    }
  }
}
