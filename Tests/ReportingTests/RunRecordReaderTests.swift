import Core
import Reporting
import Testing

@Suite struct RunRecordReaderTests {
  @Test func whatIsWrittenIsRead() throws {
    for var record in [SampleRecord.full(), SampleRecord.interrupted()] {
      record.seed = .max
      let bytes = Array(JSONRenderer().render(record).utf8)
      #expect(try RunRecordReader().read(bytes) == record)
    }
  }

  @Test func oddFiguresSurvive() throws {
    var record = SampleRecord.full()
    record.targets[0].measures["ttft"]?.max = .infinity
    let read = try RunRecordReader().read(Array(JSONRenderer().render(record).utf8))
    #expect(read.targets[0].measures["ttft"]?.max == .infinity)
  }

  /// A record that was cut anywhere is told apart from one that never was one.
  @Test func everyCutIsNamed() {
    let bytes = Array(JSONRenderer().render(SampleRecord.interrupted()).utf8)
    for length in 1..<(bytes.count - 2) {
      let message = Self.message(Array(bytes.prefix(length)))
      #expect(message.contains("cut off"), "after \(length): \(message)")
    }
  }

  @Test(arguments: [
    ("", "empty"), (" \n", "empty"), ("[]", "top level"), ("hello", "not valid JSON"),
    ("{}", "no \"schema\""), (#"{"schema": "relaymark.run/9"}"#, "relaymark.run/9"),
    (#"{"schema": 4}"#, "schema has the wrong type"),
    (#"{"schema": "relaymark.run/1"}"#, "missing in the top level"),
    (#"{"schema": "\u001b[31m"}"#, "\"\u{FFFD}[31m\""),
  ])
  func whatIsNoRecordIsNamed(text: String, mention: String) {
    let message = Self.message(Array(text.utf8))
    #expect(message.contains(mention), "\(message)")
  }

  @Test func placesAreNamed() {
    let text = JSONRenderer().render(SampleRecord.full())
      .replacing("\"topology\" : \"one-sided\"", with: "\"topology\" : \"sideways\"")
    #expect(Self.message(Array(text.utf8)).contains("targets[3].topology"))
    #expect(Self.message([0x7B, 0xFF, 0x7D]).contains("UTF-8"))
  }

  static func message(_ bytes: [UInt8]) -> String {
    do throws(RunRecordError) {
      _ = try RunRecordReader().read(bytes)
      return "(read)"
    } catch {
      return error.description
    }
  }
}
