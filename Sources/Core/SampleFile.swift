/// Reads the file that a distribution or a trace names, at most one byte more than
/// `Limits.traceBytes`.
///
/// Core does no input: what reads literals is handed this where files may be named.
package typealias SampleFiles = @Sendable (_ path: String) throws(SampleFileError) -> [UInt8]

/// Why a file of samples cannot be used.
package struct SampleFileError: Error, Hashable, Sendable {
  package var message: String

  package init(_ message: String) { self.message = message }
}

/// A file of measured lengths of time: one duration a line (`5ms`), or a JSON array of numbers,
/// which are milliseconds. Where things are counted, whole numbers in both.
enum SampleFile {
  /// The samples in ascending order.
  static func read(_ bytes: [UInt8], countsThings: Bool = false) throws(SampleFileError)
    -> [Nanoseconds]
  {
    guard bytes.count <= Limits.sampleFileBytes else {
      throw SampleFileError("it has more than \(Limits.sampleFileBytes) bytes")
    }
    let content = trim(bytes[...])
    let samples =
      content.first == UInt8(ascii: "[")
      ? try numbers(content, countsThings) : try lines(bytes, countsThings)
    guard !samples.isEmpty else { throw SampleFileError("there is no sample in it") }
    guard samples.count <= Limits.samples else {
      throw SampleFileError("it has \(samples.count) samples; at most \(Limits.samples) are read")
    }
    return samples.sorted()
  }

  /// One duration a line; empty lines count for nothing.
  private static func lines(_ bytes: [UInt8], _ countsThings: Bool) throws(SampleFileError)
    -> [Nanoseconds]
  {
    var samples: [Nanoseconds] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = trim(line)
      if text.isEmpty { continue }
      do throws(LiteralError) {
        let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        samples.append(
          try LiteralScanner.whole(scalars) { (scanner) throws(LiteralError) in
            scanner.countsThings = countsThings
            return try scanner.amount()
          })
      } catch {
        throw SampleFileError("line \(index + 1): \(error.message)")
      }
    }
    return samples
  }

  private static func numbers(
    _ content: ArraySlice<UInt8>, _ countsThings: Bool
  ) throws(SampleFileError) -> [Nanoseconds] {
    guard content.last == UInt8(ascii: "]"), content.count > 1 else {
      throw SampleFileError("the array has no end")
    }
    let inside = trim(content.dropFirst().dropLast())
    guard !inside.isEmpty else { return [] }
    var samples: [Nanoseconds] = []
    let most = countsThings ? Double(Limits.lengths) : Limits.duration.milliseconds
    let elements = inside.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    for (index, element) in elements.enumerated() {
      let text = String(decoding: trim(element), as: UTF8.self)
      guard text.utf8.allSatisfy(isOfNumber), let value = Double(text), value >= 0,
        value <= most, !countsThings || value == value.rounded()
      else {
        throw SampleFileError(
          "element \(index + 1) must be "
            + (countsThings
              ? "a whole number up to \(Limits.lengths), found "
              : "a number of milliseconds from 0 to an hour, found ")
            + quoted(text.unicodeScalars.prefix(40)))
      }
      samples.append(Nanoseconds(Int64((value * (countsThings ? 1 : 1e6)).rounded())))
    }
    return samples
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// Without white space around it, a byte order mark included.
  private static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while let byte = rest.first, isBlank(byte) { rest.removeFirst() }
    while let byte = rest.last, isBlank(byte) { rest.removeLast() }
    return rest
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (9...13).contains(byte)
  }
}
