import Glibc

/// Bytes compared and searched by the C library: tests run unoptimised, and one that compares whole
/// answers some hundred thousand times spends its time in `==` of two elements.
package enum Bytes {
  package static func same(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    same(one[...], other[...])
  }

  package static func same(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
    one.count == other.count
      && one.withUnsafeBytes { left in other.withUnsafeBytes { equal(left, $0, left.count) } }
  }

  /// Where a text that is not empty begins, from an offset on.
  package static func place(of text: [UInt8], in bytes: [UInt8], from start: Int = 0) -> Int? {
    bytes.withUnsafeBytes { all in
      text.withUnsafeBytes { wanted in
        var from = start
        while from + wanted.count <= all.count, let base = all.baseAddress,
          let first = memchr(base + from, Int32(wanted[0]), all.count - wanted.count - from + 1)
        {
          from = UnsafeRawPointer(first) - base
          if equal(UnsafeRawBufferPointer(rebasing: all[from...]), wanted, wanted.count) {
            return from
          }
          from += 1
        }
        return nil
      }
    }
  }

  private static func equal(
    _ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, _ count: Int
  ) -> Bool {
    guard let left = one.baseAddress, let right = other.baseAddress else { return count == 0 }
    return memcmp(left, right, count) == 0
  }
}
