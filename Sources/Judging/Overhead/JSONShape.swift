import Core
import Wire

/// What a series of JSON documents says at each path, elements of arrays taken as one.
///
/// A relay may cut a text into other pieces or say a constant more often without changing either, so
/// that values of one path are told apart by what they say together.
struct JSONShape {
  /// What stands at one path.
  struct Leaf {
    /// Each value once, in the order of its first.
    private(set) var values: [JSONValue] = []
    private var known: Set<JSONValue> = []
    /// All strings, joined; nil when something else stands there too.
    private(set) var joined: [UInt8]? = []

    fileprivate mutating func add(_ value: JSONValue) {
      if known.insert(value).inserted { values.append(value) }
      guard !value.isNull else { return }
      guard let text = value.bytes, let before = joined,
        before.count + text.count <= Limits.comparedStringBytes
      else {
        joined = nil
        return
      }
      joined = before + text
    }

    /// Whether both say the same; null beside other values says nothing.
    func says(theSameAs other: Leaf) -> Bool {
      if told == other.told { return true }
      guard let joined, let others = other.joined, !joined.isEmpty else { return false }
      return joined == others
    }

    private var told: Set<JSONValue> { known.count > 1 ? known.subtracting([.null]) : known }
  }

  /// By path, in the order in which they were first met.
  private(set) var paths: [String] = []
  private(set) var leaves: [String: Leaf] = [:]

  /// - Parameter without: members of the outermost objects that are compared elsewhere.
  init(_ documents: [JSONValue], without: Set<String> = []) {
    for document in documents { add(document, "", without) }
  }

  private mutating func add(_ value: JSONValue, _ path: String, _ without: Set<String> = []) {
    switch value {
    case .object(let members) where !members.isEmpty:
      for member in members {
        let name = String(decoding: member.key, as: UTF8.self)
        if without.contains(name) { continue }
        add(member.value, path.isEmpty ? name : "\(path).\(name)")
      }
    case .array(let values) where !values.isEmpty:
      for value in values { add(value, path + "[]") }
    default:
      if leaves[path] == nil { paths.append(path) }
      leaves[path, default: Leaf()].add(value)
    }
  }

  /// What is there, gone or other in `relay`.
  static func changes(_ direct: JSONShape, _ relay: JSONShape) -> [Overhead.Change] {
    var found: [Overhead.Change] = []
    for path in relay.paths where direct.leaves[path] == nil {
      found.append(
        .init(path, .added, direct: nil, relay: text(relay.leaves[path]?.values.first, path)))
    }
    for path in direct.paths {
      guard let before = direct.leaves[path] else { continue }
      guard let after = relay.leaves[path] else {
        found.append(.init(path, .dropped, direct: text(before.values.first, path), relay: nil))
        continue
      }
      if before.says(theSameAs: after) { continue }
      let gone = before.values.first { !after.values.contains($0) } ?? before.values.first
      let come = after.values.first { !before.values.contains($0) } ?? after.values.first
      found.append(.init(path, .changed, direct: text(gone, path), relay: text(come, path)))
    }
    return found
  }

  private static func text(_ value: JSONValue?, _ path: String) -> String? {
    value.map { PublicValue.of(member: path, value: $0.serialized()) }
  }
}

/// Values of fields and members as a record may have them: short, and no secrets.
enum PublicValue {
  static func of(field: HeaderField) -> String {
    let masked = SecretMasker.masked(field: field).value
    if masked == field.value, isSecret(name: field.name) { return hidden }
    return short(Array(masked.utf8))
  }

  static func of(member path: String, value: [UInt8]) -> String {
    let name = path.split(separator: ".").last.map(String.init) ?? path
    return isSecret(name: name) ? hidden : short(value)
  }

  static func short(_ bytes: [UInt8], _ most: Int = Limits.overheadValueBytes) -> String {
    bytes.count <= most
      ? String(decoding: bytes, as: UTF8.self)
      : String(decoding: bytes.prefix(most), as: UTF8.self) + "…"
  }

  private static let hidden = "***"
  /// Parts of names of members that hold keys, or what can stand for one; counts of tokens do not.
  private static let words = [
    "api_key", "api-key", "apikey", "password", "secret", "authorization", "cookie", "access_token",
    "key_hash", "credential", "signature",
  ]

  private static func isSecret(name: String) -> Bool {
    let name = name.lowercased()
    return SecretMasker.parameters.contains(name) || SecretMasker.fields.contains(name)
      || words.contains { name.contains($0) }
  }
}
