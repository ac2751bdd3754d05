import Core
import Wire

/// Keys of the provider, and answers that belong to somebody else.
struct SECKeys: Chapter {
  let checks = [
    ConformanceCheck(
      "SEC-001", "sec/provider-key", .mustByPolicy, .critical,
      requirement: "the relay's key for the provider never reaches a client, whoever repeats it",
      source: "OpenAI repeats a part of the key in its 401; gateways that pass errors on",
      expected: ["no trace of the key"],
      baseline: .shows { seen, _ in
        seen.exchange.body.contains(Array(clientKey.utf8)) ? nil : "the key did not come back"
      },
      mutants: [
        Mutant("replace '(key)' 'sk-relaymark-provider-canary'"),
        Mutant("header x-upstream-key 'c2stcmVsYXltYXJrLXByb3ZpZGVyLWNhbmFyeQ=='"),
        Mutant("replace '(key)' '****er-canary'"),
      ],
      stimuli: { _ in
        [
          echo("a 401 that repeats the key", [.error(ErrorStep(status: 401, message: told))]),
          echo("a 500 that repeats the key", [.error(ErrorStep(status: 500, message: told))]),
          echo(
            "an error in the stream that repeats the key",
            [.role("assistant")] + .tokens(3) + [.errorEvent(ErrorStep(message: told))]),
        ]
      },
      judge: .each(traces)),
    ConformanceCheck(
      "SEC-005", "sec/cache-keys", .mustByPolicy, .critical,
      requirement: "a request that differs in a parameter or in its key gets no answer of another",
      source: "caches whose key leaves something out", expected: ["an answer of its own"],
      mutants: [Mutant("replace 'second' 'first'")],
      stimuli: { _ in
        [
          twice("the same prompt with another temperature") {
            $0.members = "\"temperature\":0"
            $0.others = [.init(members: "\"temperature\":1")]
          },
          twice("the same prompt with another limit") {
            $0.others = [.init(members: "\"max_tokens\":9")]
          },
          twice("the same prompt with another key") {
            $0.others = [.init(key: "sk-relaymark-other-client")]
          },
        ]
      },
      judge: .all(others)),
  ]

  private static let clientKey = "sk-relaymark-client-canary"
  private static let told = "Incorrect API key provided: \(ErrorStep.receivedKey)."

  private static func echo(_ name: String, _ steps: [Step]) -> Stimulus {
    Stimulus(name, steps) { $0.spareKey = clientKey }
  }

  private static let traces: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    guard let request = seen.provider.last else {
      return [.skip(.notObservable, "the request never reached the provider: \(Passage.end(seen))")]
    }
    guard let key = request.key else {
      return [.skip(.notObservable, "the relay sends no key to the provider")]
    }
    if key == clientKey || key.contains("******") {
      return [.skip(.notObservable, "the relay has no key of its own: it sends the client's")]
    }
    let places =
      [("the body", seen.exchange.body)]
      + seen.exchange.headers.map { ("the field \($0.name)", Array($0.value.utf8)) }
    return KeyTraces(key).found(in: places).map { .fail($0) }
  }

  private static func twice(
    _ name: String, _ change: (inout Traffic) -> Void
  ) -> Stimulus {
    Stimulus(
      name, said("first"), later: said("second"), company: .crowd
    ) {
      $0.streams = 2
      $0.repeatsFirst = true
      change(&$0)
    }
  }

  private static func said(_ word: String) -> [Step] {
    .answer([.text(TextStep(words: ["the ", "\(word) ", "answer"]))])
  }

  private static let others: @Sendable ([Passage]) -> [Finding] = { passages in
    passages.flatMap { passage -> [Finding] in
      guard let second = passage.seen.max(by: { $0.ordinal < $1.ordinal }), second.ordinal > 0
      else { return [] }
      let name = passage.stimulus.name
      if [401, 403].contains(second.exchange.status) {
        return [.skip(.oneKey, "\(name): the relay knows one key")]
      }
      guard second.isSuccessStatus else {
        return [.skip(.notObservable, "\(name): ended with \(Passage.end(second))")]
      }
      let text = String(decoding: second.text, as: UTF8.self)
      if text == "the second answer" { return [] }
      return [
        text == "the first answer"
          ? .fail("\(name): the answer to the request before", in: second)
          : .fail("\(name): the text \"\(text.prefix(40))\"", .major, in: second)
      ]
    }
  }
}

/// What a key looks like wherever it may have got to.
package struct KeyTraces {
  private let forms: [(name: String, bytes: [UInt8])]

  package init(_ key: String) {
    let bytes = Array(key.utf8)
    var forms = [
      ("the key", bytes), ("the key in Base64", Self.base64(bytes)),
      ("the key as a part of a URL", Array(Self.escaped(bytes).utf8)),
    ]
    // Less would be found by chance.
    if bytes.count >= 16 { forms.append(("the end of the key", Array(bytes.suffix(8)))) }
    self.forms = forms
  }

  /// Where traces are, without saying them.
  package func found(in places: [(String, [UInt8])]) -> [String] {
    places.compactMap { place, bytes in
      forms.first { bytes.contains($0.bytes) }.map { "\($0.name), in \(place)" }
    }
  }

  private static func base64(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    Base64.encode(bytes.span, into: &text)
    return text
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    bytes.reduce(into: "") { text, byte in
      let scalar = Unicode.Scalar(byte)
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "-" {
        text.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
  }
}

extension ProviderExchange {
  /// The fields of the request's head.
  var fields: [HeaderField] {
    head.split(separator: 0x0A).dropFirst().compactMap { line in
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      let value = line[(colon + 1)...].drop(while: isBlank)
      return HeaderField(
        name: String(decoding: line[..<colon], as: UTF8.self),
        value: String(decoding: value.filter { $0 != 0x0D }, as: UTF8.self))
    }
  }

  /// The key that came with the request, without its scheme.
  var key: String? {
    let fields = fields
    let field = HTTPRequest.keyFields.lazy.compactMap { name in
      fields.first { $0.name.lowercased() == name }
    }.first
    return field?.value.split(separator: " ").last.map(String.init)
  }
}
