import Core
import Foundation
import Testing

struct BucketCountsTests {
  private static let counts = BucketCounts(
    bits: 10, positive: [1_072_324, 70, 1_072_325, 1], negative: [], zeros: 3, infinite: 0,
    min: 0, max: 1.25)

  @Test func comesBackFromARecord() throws {
    let bytes = try JSONEncoder().encode(Self.counts)
    #expect(String(decoding: bytes, as: UTF8.self).contains("\"1072324:70 1072325:1\""))
    #expect(try JSONDecoder().decode(BucketCounts.self, from: bytes) == Self.counts)
  }

  @Test(
    arguments: [
      "1", "1:", ":1", "1:2 ", " 1:2", "1:2  3:4", "1:2 3", "1 2", "1:2:3", "a:1", "1:-2", "1.5:2",
      "1:9223372036854775808", "99999999999999999999:1",
    ])
  func anotherFormIsRefused(text: String) throws {
    let record = """
      {"bits": 10, "positive": "\(text)", "negative": "", "zeros": 0, "infinite": 0}
      """
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(BucketCounts.self, from: Data(record.utf8))
    }
  }
}
