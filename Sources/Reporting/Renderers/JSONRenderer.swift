package import Core
import Foundation

/// The run record itself: `run.json`, keys sorted, one array of numbers per line.
///
/// Its shape is `reports/schema/run.schema.json`. Samples stand whole up to `Limits.exactSamples` and
/// as counts of buckets beyond, so that records add up. Numbers that JSON cannot write become
/// `"inf"`, `"-inf"`, `"nan"`, so that one odd figure never costs the whole record.
package struct JSONRenderer: Renderer {
  package init() {}

  package let name = "json"
  package let fileName: String? = "run.json"

  package func render(_ record: RunRecord) -> String { Self.text(record) }

  static func text(_ record: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      let data = try encoder.encode(record)
      return String(decoding: compacted([UInt8](data)), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("a run record has no value that JSON cannot write: \(error)")
    }
  }

  /// Puts each array without objects, arrays and strings on one line; one linear pass.
  private static func compacted(_ json: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(json.count)
    var index = 0
    var inString = false
    while index < json.count {
      let byte = json[index]
      if inString {
        result.append(byte)
        if byte == UInt8(ascii: "\\"), index + 1 < json.count {
          index += 1
          result.append(json[index])
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
      } else if byte == UInt8(ascii: "["), let end = endOfNumbers(json, from: index + 1) {
        result.append(byte)
        for inner in json[(index + 1)..<end] where inner != 0x0A && inner != 0x20 {
          result.append(inner)
          if inner == UInt8(ascii: ",") { result.append(0x20) }
        }
        index = end
        continue
      } else {
        inString = byte == UInt8(ascii: "\"")
        result.append(byte)
      }
      index += 1
    }
    return result
  }

  /// The place of the `]` when only numbers stand before it.
  private static func endOfNumbers(_ json: [UInt8], from start: Int) -> Int? {
    for index in start..<json.count {
      switch json[index] {
      case UInt8(ascii: "]"): return index
      case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""): return nil
      default: continue
      }
    }
    return nil
  }
}
