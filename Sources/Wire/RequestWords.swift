package import Core

/// What a request says to the model, in whichever format it says it.
package struct RequestWords: Hashable, Sendable {
  /// In order; what the format says of the system outside of its messages comes first.
  package var messages: [Message] = []

  package struct Message: Hashable, Sendable {
    package var role: String
    /// Its strings, in order.
    package var texts: [[UInt8]]

    package var text: [UInt8] { Array(texts.joined()) }
  }

  /// Members that hold what is said, with the role of what has none of its own.
  private static let members: [(name: String, role: String)] = [
    ("system", "system"), ("instructions", "system"), ("systemInstruction", "system"),
    ("system_instruction", "system"), ("messages", "user"), ("input", "user"),
    ("contents", "user"), ("prompt", "user"),
  ]

  package static let memberNames = Set(members.map(\.name))

  /// Nil for a body that is no JSON.
  package init?(_ body: [UInt8]) {
    guard let document = try? JSONValue.parse(body) else { return nil }
    self.init(document)
  }

  package init(_ document: JSONValue) {
    for (name, role) in Self.members {
      guard let value = document[name] else { continue }
      // The messages of Chat Completions and its like are each a message; a system made of blocks is
      // one.
      if role == "user", let values = value.array {
        for value in values { add(value, role) }
      } else {
        add(value, role)
      }
    }
  }

  private mutating func add(_ value: JSONValue, _ role: String) {
    var message = Message(role: value["role"]?.string ?? role, texts: [])
    Self.collect(value, &message.texts)
    if !message.texts.isEmpty { messages.append(message) }
  }

  /// The strings of a value but those that say what kind of thing it is.
  private static func collect(_ value: JSONValue, _ texts: inout [[UInt8]]) {
    switch value {
    case .string(let text): texts.append(text)
    case .array(let values): for value in values { collect(value, &texts) }
    case .object(let members):
      for member in members
      where !["role", "type", "cache_control"].contains(where: { member.key.elementsEqual($0.utf8) }
      ) {
        collect(member.value, &texts)
      }
    default: break
    }
  }

  /// All strings in order, roles among them, the marker of a nonce taken out.
  package func strings(without nonce: Nonce) -> [[UInt8]] {
    messages.flatMap { [Array($0.role.utf8)] + $0.texts }.map { text in
      var text = text
      text.replace(Array(nonce.promptMarker.utf8), with: [])
      return text
    }
  }

  /// Words in all messages, told apart by blanks: what a count of tokens is held against without a
  /// tokenizer.
  package var count: Int { Self.count(messages[...]) }

  /// Those before the last answer in it: what an earlier request has said already.
  package var history: Int {
    let answers = ["assistant", "model", "CHATBOT"]
    return Self.count(messages[..<(messages.lastIndex { answers.contains($0.role) } ?? 0)])
  }

  private static func count(_ messages: ArraySlice<Message>) -> Int {
    messages.flatMap(\.texts).reduce(0) { $0 + words($1) }
  }

  package static func words(_ text: [UInt8]) -> Int {
    var count = 0
    var isInside = false
    for byte in text {
      let isBlank = byte == 0x20 || (0x09...0x0D).contains(byte)
      if !isBlank, !isInside { count += 1 }
      isInside = !isBlank
    }
    return count
  }
}
