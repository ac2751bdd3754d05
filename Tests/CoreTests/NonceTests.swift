import Core
import Testing

@Suite struct NonceTests {
  @Test func printsAndReadsSixteenDigits() {
    let nonce = Nonce(value: 0x0123_4567_89AB_CDEF)
    #expect(nonce.hex == "0123456789abcdef")
    #expect(nonce.short == "89abcdef")
    #expect(nonce.promptMarker == "relaymark-nonce:0123456789abcdef")
    #expect(Nonce(value: 1).hex == "0000000000000001")
    #expect(Nonce(hex: Array("0123456789abcdef".utf8)) == nonce)
  }

  @Test(arguments: [
    "", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "0123456789abcdeg",
  ])
  func refusesOtherText(text: String) {
    #expect(Nonce(hex: Array(text.utf8)) == nil)
  }

  @Test func theSameSeedGivesTheSameNoncesAndNoTwoAlike() {
    let nonces = (0..<1_000).map { Nonce(seed: 7, ordinal: $0) }
    #expect(nonces == (0..<1_000).map { Nonce(seed: 7, ordinal: $0) })
    #expect(Set(nonces).count == 1_000)
    #expect(Nonce(seed: 8, ordinal: 0) != nonces[0])
  }
}

@Suite struct NonceScannerTests {
  private func found(_ pieces: [[UInt8]]) -> String? {
    var scanner = NonceScanner()
    for piece in pieces { scanner.scan(piece) }
    return scanner.found?.hex
  }

  /// Whole, in 1-, 2- and 3-byte pieces and at every two-way cut.
  private func check(_ text: String, _ expected: String?) {
    let bytes = Array(text.utf8)
    #expect(found([bytes]) == expected, "\(text)")
    for size in 1...3 {
      let pieces = stride(from: 0, to: bytes.count, by: size).map { start in
        Array(bytes[start..<min(start + size, bytes.count)])
      }
      #expect(found(pieces) == expected, "\(text) in pieces of \(size)")
    }
    for cut in bytes.indices {
      #expect(
        found([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "\(text) cut at \(cut)")
    }
  }

  @Test func findsANonceHoweverItIsCut() {
    check("{\"content\":\"Hi relaymark-nonce:0123456789abcdef\"}", "0123456789abcdef")
    check("relaymark-nonce:0123456789abcdef", "0123456789abcdef")
  }

  @Test func beginnersOfTheMarkerDoNotHideIt() {
    check("relaymarelaymark-nonce:0123456789abcdef", "0123456789abcdef")
    check("rrelaymark-nonce:0123456789abcdef", "0123456789abcdef")
    check("relaymark-noncrelaymark-nonce:0123456789abcdef", "0123456789abcdef")
  }

  @Test func aMarkerWithoutDigitsDoesNotHideTheNext() {
    check("relaymark-nonce:relaymark-nonce:0123456789abcdef", "0123456789abcdef")
    check("relaymark-nonce:0123relaymark-nonce:0123456789abcdef", "0123456789abcdef")
  }

  @Test func theLastNonceCounts() {
    check("relaymark-nonce:0000000000000001 relaymark-nonce:0000000000000002", "0000000000000002")
    check("relaymark-nonce:0000000000000001 relaymark-nonce:000000000000000", "0000000000000001")
  }

  @Test func otherTextHasNone() {
    check("relaymark-nonce:0123456789abcdeX", nil)
    check("relaymark_nonce:0123456789abcdef", nil)
    check("", nil)
  }
}
