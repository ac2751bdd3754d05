package import Core
import Foundation

/// The conformance record itself: `conformance.json`, keys sorted.
package enum ConformanceJSON {
  package static func render(_ record: ConformanceRecord) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(record) else {
      preconditionFailure("a conformance record has no value that JSON cannot write")
    }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
