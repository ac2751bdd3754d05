/// What one request says: messages in order, the last of them the user's.
///
/// Whoever makes one has put the nonce's marker into the last message; a dialect only writes the
/// messages in its own shape, so that none can forget it.
package struct Prompt: Hashable, Sendable {
  package var nonce: Nonce
  package var messages: [Message]
  /// How many tokens the answer is to have, where the traffic says so.
  package var outputTokens: Int?

  package init(nonce: Nonce, messages: [Message], outputTokens: Int? = nil) {
    self.nonce = nonce
    self.messages = messages
    self.outputTokens = outputTokens
  }

  /// One message of the user's with the marker behind it.
  package init(_ text: String, nonce: Nonce) {
    self.init(
      nonce: nonce, messages: [Message(role: .user, text: "\(text) \(nonce.promptMarker)")])
  }

  package struct Message: Hashable, Sendable {
    package var role: Role
    package var text: String

    package init(role: Role, text: String) {
      self.role = role
      self.text = text
    }
  }

  package enum Role: String, Hashable, Sendable, CaseIterable {
    case system, user, assistant
  }
}
