import Core
import Reporting
import TestSupport
import Testing

/// `run.json` against `reports/schema/run.schema.json`.
@Suite struct RecordSchemaTests {
  static func schema() throws -> JSONSchema { try JSONSchema.committed("run") }

  @Test func recordsFitTheSchema() throws {
    let schema = try Self.schema()
    var odd = SampleRecord.full()
    odd.seed = .max
    odd.targets[0].measures["ttft"]?.max = .infinity
    var shard = SampleRecord.full()
    shard.shard = Shard(index: 2, count: 3)
    shard.intendedStart = "2026-11-23T20:00:20.5Z"
    let records = [
      SampleRecord.full(), SampleRecord.interrupted(), SampleRecord.merged(), odd, shard,
    ]
    for record in records {
      #expect(schema.errors(try JSON.parse(JSONRenderer().render(record))) == [])
    }
  }

  @Test func everyEndConditionIsInTheSchema() throws {
    let schema = try Self.schema()
    for end in EndCondition.allCases {
      var record = SampleRecord.interrupted()
      record.targets[0].exchanges = .init(total: 1, warmup: 0, byEnd: [end.rawValue: 1])
      #expect(schema.errors(try JSON.parse(JSONRenderer().render(record))) == [])
    }
  }

  @Test(arguments: [
    ("\"relaymark.run/1\"", "\"relaymark.run/2\"", "$.schema"),
    ("\"two-sided\"", "\"sideways\"", "topology"),
    ("\"seed\" : 7", "\"seed\" : -7", "$.seed"),
    ("\"seed\" : 7", "\"seed\" : 7.5", "$.seed"),
    ("\"complete\" :", "\"finished\" :", "finished is not allowed"),
    ("\"done\" : 20", "\"fine\" : 20", "fine"),
    ("\"unit\" : \"ns\"", "\"unit\" : \"ms\"", "unit"),
  ])
  func damageIsSeen(from: String, to: String, mention: String) throws {
    let text = JSONRenderer().render(SampleRecord.full())
    #expect(text.contains(from))
    let errors = try Self.schema().errors(JSON.parse(text.replacing(from, with: to)))
    #expect(errors.contains { $0.contains(mention) }, "\(errors)")
  }

  @Test func theValidatorRefusesWhatItDoesNotKnow() throws {
    let schema = JSONSchema(root: try JSON.parse(#"{"multipleOf": 2}"#))
    #expect(schema.errors(.string("a")).count == 1)
    #expect(JSONSchema(root: .object(["$ref": .string("#/$defs/x")])).errors(.null).count == 1)
  }

  @Test(arguments: ["run", "recording", "selftest", "compare", "gate", "markup", "history"])
  func everyPropertyIsDescribed(name: String) throws {
    #expect(try JSONSchema.committed(name).undescribed == [])
  }
}
