import Core
import TestSupport
import Testing
import Wire

/// What must never reach a file, however it is written and wherever reads cut it.
@Suite struct SecretMaskerTests {
  private static let secret = "sEcReT-0123456789"

  private func mask(_ pieces: [ArraySlice<UInt8>], keys: [String] = []) -> [SecretMasker.Read] {
    var masker = SecretMasker(keys: keys.map { Array($0.utf8) })
    var reads: [SecretMasker.Read] = []
    for (index, piece) in pieces.enumerated() {
      let at = Instant(nanoseconds: Int64(index))
      reads += masker.take(SecretMasker.Read(bytes: Array(piece), at: at))
    }
    return reads + masker.finish()
  }

  private func text(_ input: String, keys: [String] = []) -> String {
    let reads = mask([Array(input.utf8)[...]], keys: keys)
    return String(decoding: reads.flatMap(\.bytes), as: UTF8.self)
  }

  /// Masks at every cut alike, keeps each read's length and instant, and lets no secret through.
  private func check(_ input: String, keys: [String] = [], expected: String) {
    let bytes = Array(input.utf8)
    #expect(text(input, keys: keys) == expected)
    let difference = ChunkVerifier.difference(bytes) { pieces in
      mask(pieces, keys: keys).flatMap(\.bytes)
    }
    #expect(difference == nil)
    for cut in 0...bytes.count {
      let pieces = [bytes[..<cut], bytes[cut...]]
      let reads = mask(pieces, keys: keys)
      #expect(reads.map(\.bytes.count) == pieces.map(\.count), "cut at \(cut)")
      #expect(reads.map(\.at.nanoseconds) == [0, 1], "cut at \(cut)")
    }
  }

  private static func stars(_ text: String) -> String {
    String(repeating: "*", count: text.utf8.count)
  }

  private static func mixedCase(_ name: String) -> [String] {
    let alternating = String(
      name.enumerated().flatMap { $0.offset % 2 == 0 ? $0.element.uppercased() : "\($0.element)" })
    return [name, name.uppercased(), alternating]
  }

  @Test(arguments: SecretMasker.fields)
  func headerFields(name: String) {
    for name in Self.mixedCase(name) {
      for separator in [":", ": ", ":\t ", " : "] {
        let head = "POST /v1/x HTTP/1.1\r\nHost: a\r\n\(name)\(separator)"
        let rest = "\r\nAccept: */*\r\n\r\n{\"authorization\": 1}"
        check(
          head + "Bearer \(Self.secret)" + rest,
          expected: head + Self.stars("Bearer \(Self.secret)") + rest)
      }
    }
  }

  @Test func everyFieldOfTheIssueIsThere() {
    for name in ["authorization", "x-api-key", "x-goog-api-key", "cookie", "api-key"] {
      #expect(SecretMasker.fields.contains(name))
    }
  }

  @Test(arguments: SecretMasker.parameters)
  func queryParameters(name: String) {
    for name in Self.mixedCase(name) {
      let before = "GET /v1/models?alt=sse&\(name)="
      check(
        before + "\(Self.secret)&page=2 HTTP/1.1\r\nHost: a\r\n\r\n",
        expected: before + "\(Self.stars(Self.secret))&page=2 HTTP/1.1\r\nHost: a\r\n\r\n")
    }
  }

  @Test func fieldsThatGoOnInTheNextLine() {
    check(
      "GET / HTTP/1.1\r\nCookie: a=1;\r\n\tb=2\r\n c=3\r\nX: 1\r\n\r\n y",
      expected: "GET / HTTP/1.1\r\nCookie: ****\r\n\t***\r\n ***\r\nX: 1\r\n\r\n y")
  }

  @Test func bareLineFeeds() {
    check(
      "GET / HTTP/1.1\nX-Api-Key: abc\n\n body",
      expected: "GET / HTTP/1.1\nX-Api-Key: ***\n\n body")
  }

  @Test func aCarriageReturnAloneEndsNoSecret() {
    check("Cookie: a\rb\r\nX: 1\r\n", expected: "Cookie: *\r*\r\nX: 1\r\n")
  }

  @Test func aRequestBehindABodyWithoutLineEnd() {
    let first = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
    check(
      first + "PATCH /b?token=abc HTTP/1.1\r\n\r\n",
      expected: first + "PATCH /b?token=*** HTTP/1.1\r\n\r\n")
    let tricky = "{\"u\":\"GET /a?b"
    check(
      first + tricky + "POST /b?key=abc HTTP/1.1\r\n\r\n",
      expected: first + tricky + "POST /b?key=*** HTTP/1.1\r\n\r\n")
  }

  @Test func absoluteTargetsAndFieldsWithURLs() {
    check(
      "GET http://a/b?sig=abc HTTP/1.1\r\nReferer: https://a/?key=def#g\r\n\r\n",
      expected: "GET http://a/b?sig=*** HTTP/1.1\r\nReferer: https://a/?key=***#g\r\n\r\n")
    check(
      "HTTP/1.1 302 Found\r\nLocation: /x?access_token=abc&y=1\r\nSet-Cookie: id=7\r\n\r\n",
      expected:
        "HTTP/1.1 302 Found\r\nLocation: /x?access_token=***&y=1\r\nSet-Cookie: ****\r\n\r\n")
  }

  @Test func bodiesAreLeftAlone() {
    let body = """
      HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {"u":"https://a/?key=abc"}

      data: Authorization: none of yours, ?token=1

      : GET THE key= of it

      """
    check(body, expected: body)
  }

  // MARK: Known keys

  private static let key = "sk-proj-AbCabCAbCd"

  @Test func knownKeysAnywhere() {
    check(
      "data: Incorrect API key: \(Self.key).\n\n\(Self.key)", keys: [Self.key],
      expected: "data: Incorrect API key: \(Self.stars(Self.key)).\n\n\(Self.stars(Self.key))")
  }

  @Test func keysWithinThemselvesAndOneAnother() {
    check("xxabcabcabcdyy", keys: ["abcabcd"], expected: "xxabc*******yy")
    check("aaaaaaaaa", keys: ["aaaaaa"], expected: "*********")
    check("0123456789", keys: ["123456", "3456789"], expected: "0*********")
  }

  @Test func aKeyInManyReads() {
    let bytes = Array("<\(Self.key)>".utf8)
    let reads = mask(ChunkVerifier.pieces(of: bytes, size: 1), keys: [Self.key])
    #expect(reads.count == bytes.count)
    #expect(reads.flatMap(\.bytes) == Array("<\(Self.stars(Self.key))>".utf8))
  }

  @Test func onlyWhatMayBeginAKeyIsKeptBack() {
    var masker = SecretMasker(keys: [Array(Self.key.utf8)])
    func take(_ text: String) -> [String] {
      masker.take(SecretMasker.Read(bytes: Array(text.utf8), at: Instant(nanoseconds: 0)))
        .map { String(decoding: $0.bytes, as: UTF8.self) }
    }
    #expect(take("plain") == ["plain"])
    #expect(take("it is sk-p") == [])
    #expect(take("ublic") == ["it is sk-p", "ublic"])
  }

  @Test func theBeginningOfAKeyAtTheEnd() {
    #expect(text("key: sk-proj-AbC", keys: [Self.key]) == "key: ***********")
    // So little may be anything.
    #expect(text("the desk", keys: [Self.key]) == "the desk")
  }

  @Test func whatIsTooShortIsNoKey() {
    #expect(text("one two", keys: ["one", ""]) == "one two")
  }

  @Test func aKeyInAMaskedField() {
    check(
      "Authorization: Bearer \(Self.key)\r\n", keys: [Self.key],
      expected: "Authorization: \(Self.stars("Bearer " + Self.key))\r\n")
  }
}
