import Core
import Testing

@testable import Wire

struct ByteSearchTests {
  /// Bytes of few values, so that there are many near misses.
  private static let texts: [[UInt8]] = (0..<200).map { number in
    var random = SplitMix64(seed: UInt64(number))
    return (0..<(number % 67)).map { _ in Array("sagev_ ".utf8)[Int(random.next() % 7)] }
  }

  @Test(arguments: [("sage", "g"), ("eval", "v"), ("s", "s"), ("gasa", "a")])
  func everyPlaceIsFound(word: String, anchor: Character) {
    let search = ByteSearch(word, anchor: anchor)
    #expect(search.count == word.utf8.count)
    for text in Self.texts {
      var found: [Int] = []
      var next = search.first(in: text.span, from: 0)
      while let place = next {
        found.append(place)
        next = search.first(in: text.span, from: place + 1)
      }
      let expected = text.indices.filter { text[$0...].starts(with: word.utf8) }
      #expect(found == expected)
    }
  }

  @Test func aByteIsFoundWhereItStandsFirst() {
    // Neighbours that differ in one bit, and those beyond seven bits.
    for byte in [0, 1, 0x0A, 0x67, 0x7F, 0x80, 0x81, 0xFF] as [UInt8] {
      for count in 0..<20 {
        for place in 0...count {
          var bytes = [UInt8](repeating: byte ^ 1, count: count)
          if place < count { bytes[place] = byte }
          for start in 0...count {
            let expected = place < count && place >= start ? place : nil
            #expect(bytes.span.firstIndex(of: byte, from: start) == expected)
          }
        }
      }
    }
  }
}
