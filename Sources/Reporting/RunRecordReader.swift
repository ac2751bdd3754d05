package import Core
import Foundation

/// Why a file is no run record; the text says what to do about it.
package struct RunRecordError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}

/// Reads `run.json` back; every error is one sentence that names what is wrong with the file.
package struct RunRecordReader: Sendable {
  package init() {}

  package func read(_ bytes: [UInt8]) throws(RunRecordError) -> RunRecord {
    try read(bytes, RunRecord.schemaID) { $0.schema }
  }

  /// The same for `compare.json`.
  package func readComparison(_ bytes: [UInt8]) throws(RunRecordError) -> ComparisonRecord {
    try read(bytes, ComparisonRecord.schemaID) { $0.schema }
  }

  /// The same for `conformance.json`.
  package func readConformance(_ bytes: [UInt8]) throws(RunRecordError) -> ConformanceRecord {
    try read(bytes, ConformanceRecord.schemaID) { $0.schema }
  }

  package static func isComparison(_ bytes: [UInt8]) -> Bool { says(bytes, "relaymark.compare/") }
  package static func isConformance(_ bytes: [UInt8]) -> Bool {
    says(bytes, "relaymark.conformance/")
  }

  /// Whether the document says that it is of that kind, of any version. Most are large and of another,
  /// so that they are only parsed if the word is in them.
  private static func says(_ bytes: [UInt8], _ schema: String) -> Bool {
    guard contains(bytes, Array("\"\(schema)".utf8)) else { return false }
    let head = try? JSONDecoder().decode(Head.self, from: Data(bytes))
    return head?.schema?.hasPrefix(schema) ?? false
  }

  /// `firstRange(of:)` takes seconds for a large record.
  private static func contains(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
    guard let first = word.first, bytes.count >= word.count else { return false }
    for start in 0...(bytes.count - word.count) where bytes[start] == first {
      if bytes[start..<(start + word.count)].elementsEqual(word) { return true }
    }
    return false
  }

  private func read<Record: Decodable>(
    _ bytes: [UInt8], _ schemaID: String, _ schema: (Record) -> String
  ) throws(RunRecordError) -> Record {
    guard bytes.contains(where: { !Self.isSpace($0) }) else {
      throw RunRecordError("the run record is empty")
    }
    guard (try? UTF8Span(validating: bytes.span)) != nil else {
      throw RunRecordError("the run record is not valid UTF-8")
    }
    let data = Data(bytes)
    do throws(RunRecordError) {
      let record = try decode(Record.self, data)
      guard schema(record) != schemaID else { return record }
    } catch {
      // Records are large: why one cannot be read is only asked of one that cannot.
      if Self.isCutOff(bytes) {
        throw RunRecordError(
          "the run record is cut off: it ends after \(bytes.count) bytes inside the document;"
            + " the run that wrote it may have run out of disk space")
      }
      try checkSchema(data, schemaID)
      throw error
    }
    try checkSchema(data, schemaID)
    throw RunRecordError("not a run record")
  }

  private struct Head: Decodable { var schema: String? }

  private func checkSchema(_ data: Data, _ schemaID: String) throws(RunRecordError) {
    let head = try decode(Head.self, data)
    guard let schema = head.schema else {
      throw RunRecordError(
        "not a run record: there is no \"schema\" (\"\(schemaID)\" is expected)")
    }
    guard schema == schemaID else {
      let shown = Escaping.terminal(String(schema.prefix(80)))
      throw RunRecordError(
        "the schema is \"\(shown)\", but this version reads \"\(schemaID)\"")
    }
  }

  private func decode<T: Decodable>(_ type: T.Type, _ data: Data) throws(RunRecordError) -> T {
    do {
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      return try decoder.decode(type, from: data)
    } catch let error as DecodingError {
      throw RunRecordError(Self.words(error))
    } catch {
      throw RunRecordError("not a run record: \(error)")
    }
  }

  private static func words(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      "not a run record: \"\(key.stringValue)\" is missing in \(path(context.codingPath))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "not a run record: \(path(context.codingPath)) has the wrong type"
        + " (\(context.debugDescription))"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "not a run record: it is not valid JSON"
        : "not a run record: \(path(context.codingPath)): \(context.debugDescription)"
    @unknown default: "not a run record: \(error)"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    guard !keys.isEmpty else { return "the top level" }
    var text = ""
    for key in keys {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + Escaping.terminal(key.stringValue)
      }
    }
    return text
  }

  /// Whether the document begins as an object and ends before that object does.
  private static func isCutOff(_ bytes: [UInt8]) -> Bool {
    guard bytes.first(where: { !isSpace($0) }) == UInt8(ascii: "{") else { return false }
    var depth = 0
    var inString = false
    var escaped = false
    for byte in bytes {
      if inString {
        if escaped {
          escaped = false
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): inString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
    return inString || depth > 0
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }
}
