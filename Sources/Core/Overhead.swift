/// What a relay adds to requests and answers, from exchanges whose request was sent without it too:
/// their twins, with the same bytes.
package struct Overhead: Hashable, Sendable, Codable {
  /// Twins that were compared.
  package var pairs: Int
  /// What the provider received; absent where the provider is not ours.
  package var request: Side?
  package var response: Side
  /// What stands in the request between the messages that the client sent, and what of them is gone.
  package var messages: [MessageChange]
  /// The dialect in which the provider was asked, if it was another than the client's: members of the
  /// request are then not compared, only its messages.
  package var translated: String?

  package init(pairs: Int, request: Side?, response: Side) {
    self.pairs = pairs
    self.request = request
    self.response = response
    messages = []
  }

  /// One direction.
  package struct Side: Hashable, Sendable, Codable {
    package var head: Bytes
    package var body: Bytes
    /// Header fields by name, without regard to case; `:target` is that of the request line.
    package var fields: [Change]
    /// Members of the JSON by path: `choices[].delta.content`.
    package var members: [Change]
    /// Changes beyond `Limits.overheadChanges`, and messages beyond theirs.
    package var leftOut: Int

    package init(head: Bytes, body: Bytes) {
      self.head = head
      self.body = body
      fields = []
      members = []
      leftOut = 0
    }
  }

  /// Bytes without the relay and with it, and what lies between them: medians, and its extremes.
  package struct Bytes: Hashable, Sendable, Codable {
    package var direct: Int
    package var relay: Int
    package var added: Int
    package var least: Int
    package var most: Int

    package init(direct: Int, relay: Int, added: Int, least: Int, most: Int) {
      self.direct = direct
      self.relay = relay
      self.added = added
      self.least = least
      self.most = most
    }
  }

  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case added, dropped, changed
  }

  /// What happened to one field or member, with the values of the first twin that shows it.
  package struct Change: Hashable, Sendable, Codable {
    package var name: String
    package var change: Kind
    /// Cut to `Limits.overheadValueBytes`, secrets masked; absent where it was not there.
    package var direct: String?
    package var relay: String?
    /// In so many of the pairs.
    package var pairs: Int

    package init(_ name: String, _ change: Kind, direct: String?, relay: String?, pairs: Int = 1) {
      self.name = name
      self.change = change
      self.direct = direct
      self.relay = relay
      self.pairs = pairs
    }
  }

  /// A message that the client did not send, or that the provider did not get as it was sent.
  package struct MessageChange: Hashable, Sendable, Codable {
    package var change: Kind
    /// As the request says it; `system` also where the format has a member of its own for that.
    package var role: String
    /// What was added, is gone, or stands in the place of what was sent.
    package var text: String
    /// Words in it, told apart by blanks.
    package var words: Int
    package var pairs: Int

    package init(_ change: Kind, role: String, text: String, words: Int, pairs: Int = 1) {
      self.change = change
      self.role = role
      self.text = text
      self.words = words
      self.pairs = pairs
    }
  }
}
