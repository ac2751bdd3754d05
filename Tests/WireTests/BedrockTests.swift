import Core
import Testing
import Wire

/// Amazon's binary event stream, byte for byte and broken.
@Suite struct BedrockTests {
  private let dialect = Bedrock()

  private func read(_ body: [UInt8]) -> Assembled { Assembled(dialect.read(body)) }

  /// Checked against another implementation of the format: botocore's reads it (scripts/sdk/test).
  @Test func theBytesOfAMessage() {
    let body = DialectBench.play([.role("assistant")], in: dialect).body
    let head =
      "\u{0B}:event-type\u{07}\u{00}\u{0C}messageStart"
      + "\u{0D}:content-type\u{07}\u{00}\u{10}application/json"
      + "\u{0D}:message-type\u{07}\u{00}\u{05}event"
    let payload = #"{"role":"assistant"}"#
    let length = 16 + head.utf8.count + payload.utf8.count
    #expect(body.count == length)
    #expect(Array(body[..<8]) == [0, 0, 0, UInt8(length), 0, 0, 0, UInt8(head.utf8.count)])
    #expect(Array(body[12..<(12 + head.utf8.count)]) == Array(head.utf8))
    #expect(Array(body[(12 + head.utf8.count)..<(length - 4)]) == Array(payload.utf8))
  }

  /// Any byte that is another one is found, by one checksum or the other.
  @Test func everyBrokenByteIsFound() {
    let body = DialectBench.play([.role("assistant"), DialectBench.text(1)], in: dialect).body
    for index in body.indices {
      var broken = body
      broken[index] ^= 0x20
      #expect(read(broken).malformed.count == 1, "byte \(index)")
    }
  }

  /// Behind a message with a wrong checksum the next one can still be read.
  @Test func aBrokenMessageDoesNotHideTheNext() {
    let first = DialectBench.play([.role("assistant")], in: dialect).body
    let body = DialectBench.play(DialectBench.everything, in: dialect).body
    var broken = body
    broken[first.count - 1] ^= 1
    #expect(read(broken).malformed.count == 1)
    #expect(read(broken).text == read(body).text && read(broken).terminators == 1)
  }

  @Test func impossibleLengthsEndTheReading() {
    #expect(read(Array(repeating: 0, count: 40)).malformed.count == 1)
    #expect(read(Array(repeating: 0xFF, count: 40)).malformed.count == 1)
    #expect(dialect.read(Array(repeating: 0, count: 11)).danglingFrom == 0)
  }

  @Test func exceptionsHaveTheNamesOfTheModel() {
    let error = ErrorStep(status: 429, message: "slow")
    let body = DialectBench.play([.errorEvent(error)], in: dialect).body
    guard case .error(let read)? = dialect.read(body).events.first?.kind else {
      Issue.record("no error")
      return
    }
    #expect(read.type == "throttlingException" && read.message == "slow")
    #expect(
      dialect.errorHeaders(error)
        == [HeaderField(name: "x-amzn-ErrorType", value: "ThrottlingException")])
  }
}
