package import Core
import Wire

/// Compares exchanges through a relay with their twins: the same request bytes, sent without it.
package struct OverheadComparison {
  private var pairs = 0
  private var request = SideCount()
  private var response = SideCount()
  private var messages = PairTally<MessageKey, Overhead.MessageChange>(\.pairs)
  private var translated: String?

  private struct MessageKey: Hashable {
    var change: Overhead.Kind
    var role: String
    var words: Int
    var beginning: String
  }

  package init() {}

  /// Nil if no exchange and its twin both came to a good end.
  package static func compare(relay: [Observation], direct: [Observation]) -> Overhead? {
    var comparison = Self()
    let twins = Dictionary(direct.map { ($0.exchange.nonce, $0) }) { first, _ in first }
    for observation in relay.sorted(by: { $0.ordinal < $1.ordinal }) {
      guard let twin = twins[observation.exchange.nonce] else { continue }
      comparison.add(relay: observation, direct: twin)
    }
    return comparison.result
  }

  /// What a fault of ours cut short says nothing of the relay.
  package mutating func add(relay: Observation, direct: Observation) {
    guard relay.succeeded, direct.succeeded else { return }
    pairs += 1
    response.add(
      head: (Self.headBytes(direct.exchange), Self.headBytes(relay.exchange)),
      body: (direct.exchange.body.count, relay.exchange.body.count),
      fields: Self.changes(direct.exchange.headers, relay.exchange.headers),
      members: JSONShape.changes(
        JSONShape(BodyDocuments.read(direct.exchange.body)),
        JSONShape(BodyDocuments.read(relay.exchange.body))))
    guard let sent = direct.answer, let got = relay.answer else { return }
    addRequest(sent, got)
  }

  package var result: Overhead? {
    guard pairs > 0, let answers = response.side else { return nil }
    var overhead = Overhead(pairs: pairs, request: request.side, response: answers)
    overhead.translated = translated
    overhead.messages = Array(messages.items.prefix(Limits.overheadMessages))
    overhead.request?.leftOut += max(0, messages.items.count - Limits.overheadMessages)
    return overhead
  }

  private mutating func addRequest(_ sent: ProviderExchange, _ got: ProviderExchange) {
    if got.dialect != sent.dialect, !got.dialect.isEmpty { translated = got.dialect }
    let documents = [sent, got].map { (try? JSONValue.parse($0.body)).map { [$0] } ?? [] }
    let shapes = documents.map { JSONShape($0, without: RequestWords.memberNames) }
    request.add(
      head: (sent.head.count, got.head.count), body: (sent.body.count, got.body.count),
      fields: Self.target(sent, got) + Self.changes(Self.fields(sent), Self.fields(got)),
      members: translated == nil ? JSONShape.changes(shapes[0], shapes[1]) : [])
    guard let before = RequestWords(sent.body), let after = RequestWords(got.body) else { return }
    for change in MessageChanges.between(before, after) {
      let key = MessageKey(
        change: change.change, role: change.role, words: change.words,
        beginning: String(change.text.prefix(40)))
      messages.add(change, as: key)
    }
  }

  // MARK: Heads

  /// As it would be written in HTTP/1.1: the status line, and for each field a colon, a space and a
  /// line end.
  private static func headBytes(_ exchange: Exchange) -> Int {
    exchange.headers.reduce(19) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
  }

  private static func fields(_ exchange: ProviderExchange) -> [HeaderField] {
    MessageHead(exchange.head)?.headerFields ?? []
  }

  private static func target(_ sent: ProviderExchange, _ got: ProviderExchange)
    -> [Overhead.Change]
  {
    let targets = [sent, got].map { exchange in
      SecretMasker.masked(target: MessageHead(exchange.head)?.target ?? exchange.path)
    }
    guard targets[0] != targets[1] else { return [] }
    return [.init(":target", .changed, direct: targets[0], relay: targets[1])]
  }

  /// Of these only the presence is compared: two servers have two names, no two answers have the same
  /// date, and the length is told with the body.
  private static let ownValues = ["host", "date", "content-length"]

  private static func changes(
    _ direct: [HeaderField], _ relay: [HeaderField]
  ) -> [Overhead.Change] {
    func grouped(_ fields: [HeaderField]) -> [String: [String]] {
      Dictionary(grouping: fields) { $0.name.lowercased() }
        .mapValues { $0.map { PublicValue.of(field: $0) } }
    }
    func raw(_ fields: [HeaderField], _ name: String) -> [String] {
      fields.filter { $0.name.lowercased() == name }.map(\.value)
    }
    let (before, after) = (grouped(direct), grouped(relay))
    var found: [Overhead.Change] = []
    for name in Set(before.keys).union(after.keys).sorted() {
      let (gone, come) = (
        before[name]?.joined(separator: ", "), after[name]?.joined(separator: ", ")
      )
      switch (gone, come) {
      case (nil, let come?): found.append(.init(name, .added, direct: nil, relay: come))
      case (let gone?, nil): found.append(.init(name, .dropped, direct: gone, relay: nil))
      case (let gone?, let come?)
      where !ownValues.contains(name) && raw(direct, name) != raw(relay, name):
        found.append(.init(name, .changed, direct: gone, relay: come))
      default: break
      }
    }
    return found
  }
}

/// One direction of all pairs.
private struct SideCount {
  private struct Key: Hashable {
    var name: String
    var change: Overhead.Kind

    init(_ change: Overhead.Change) { (name, self.change) = (change.name, change.change) }
  }

  private var heads: [(direct: Int, relay: Int)] = []
  private var bodies: [(direct: Int, relay: Int)] = []
  private var fields = PairTally<Key, Overhead.Change>(\.pairs)
  private var members = PairTally<Key, Overhead.Change>(\.pairs)

  mutating func add(
    head: (direct: Int, relay: Int), body: (direct: Int, relay: Int), fields: [Overhead.Change],
    members: [Overhead.Change]
  ) {
    heads.append(head)
    bodies.append(body)
    for change in fields { self.fields.add(change, as: Key(change)) }
    for change in members { self.members.add(change, as: Key(change)) }
  }

  var side: Overhead.Side? {
    guard !heads.isEmpty else { return nil }
    var side = Overhead.Side(head: Self.bytes(heads), body: Self.bytes(bodies))
    let most = Limits.overheadChanges
    side.fields = Self.sorted(fields.items)
    side.members = Self.sorted(members.items)
    side.leftOut = max(0, side.fields.count - most) + max(0, side.members.count - most)
    side.fields = Array(side.fields.prefix(most))
    side.members = Array(side.members.prefix(most))
    return side
  }

  /// What was added first, then what is gone, then what is other.
  private static func sorted(_ changes: [Overhead.Change]) -> [Overhead.Change] {
    let kinds = Overhead.Kind.allCases
    return kinds.flatMap { kind in changes.filter { $0.change == kind } }
  }

  private static func bytes(_ pairs: [(direct: Int, relay: Int)]) -> Overhead.Bytes {
    func median(_ values: [Int]) -> Int { values.sorted()[(values.count - 1) / 2] }
    let added = pairs.map { $0.relay - $0.direct }
    return Overhead.Bytes(
      direct: median(pairs.map(\.direct)), relay: median(pairs.map(\.relay)),
      added: median(added), least: added.min() ?? 0, most: added.max() ?? 0)
  }
}

/// What was found, once, with the pairs counted that show it; in the order of their first.
private struct PairTally<Key: Hashable, Item> {
  private(set) var items: [Item] = []
  private var places: [Key: Int] = [:]
  private let pairs: WritableKeyPath<Item, Int>

  init(_ pairs: WritableKeyPath<Item, Int>) { self.pairs = pairs }

  mutating func add(_ item: Item, as key: Key) {
    if let place = places[key] {
      items[place][keyPath: pairs] += 1
    } else {
      places[key] = items.count
      items.append(item)
    }
  }
}
