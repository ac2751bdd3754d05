import Core
import Wire

/// One toxic of a proxy: a fault as Toxiproxy's clients ask for it.
struct Toxic {
  let id: Int
  let name: String
  let type: any ToxicType
  /// As it was sent: clients get their own spelling back.
  let stream: String
  let direction: FaultDirection
  private(set) var toxicity: Double
  private var settings: ToxicSettings

  /// - Parameter attributes: nil for those that the type presets.
  init(
    id: Int, name: String, type: any ToxicType, stream: String, direction: FaultDirection,
    toxicity: Double, attributes: ControlBody?
  ) throws(ControlError) {
    self.id = id
    self.name = name
    self.type = type
    self.stream = stream
    self.direction = direction
    self.toxicity = toxicity
    settings = try type.settings(attributes, over: [], direction: direction)
  }

  /// Attributes that are not given stay as they are.
  mutating func update(toxicity: Double?, attributes: ControlBody?) throws(ControlError) {
    settings = try type.settings(attributes, over: settings.attributes, direction: direction)
    self.toxicity = toxicity ?? self.toxicity
  }

  /// Nil for what does nothing.
  var rule: InstalledRule? {
    guard var rule = settings.rule else { return nil }
    rule.probability = min(1, max(0, toxicity))
    return InstalledRule(id: id, rule: rule)
  }

  var value: JSONValue {
    .object([
      .init("attributes", .object(settings.attributes)), .init("name", .text(name)),
      .init("type", .text(type.name)), .init("stream", .text(stream)),
      .init("toxicity", .number(Self.text(toxicity))),
    ])
  }

  /// Whole numbers without a point, as Go writes them.
  private static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
  }
}

/// A kind of toxic: reads attributes and knows what they mean.
protocol ToxicType: Sendable {
  var name: String { get }
  /// What Toxiproxy's error messages call it.
  var goName: String { get }
  /// - Parameters:
  ///   - body: what was sent, or nil.
  ///   - earlier: what the toxic has by now, for what was not sent.
  func settings(
    _ body: ControlBody?, over earlier: [JSONValue.Member], direction: FaultDirection
  ) throws(ControlError) -> ToxicSettings
}

struct ToxicSettings {
  /// Everything that can be set, presets included, in the order of the type.
  var attributes: [JSONValue.Member]
  var rule: FaultRule?
}

/// The kinds of toxics there are: Toxiproxy's, and every fault of ours by its own name.
struct ToxicTypes {
  private let specs: [FaultSpec]

  init(_ specs: [FaultSpec]) { self.specs = specs }

  /// Where both have the name, such as `latency`, the attributes tell which is meant: Toxiproxy's
  /// unless one is given that only ours has.
  func type(named name: String, attributes: ControlBody?) throws(ControlError) -> any ToxicType {
    let ours = specs.first { $0.name == name }.map { FaultToxic(spec: $0) }
    if let contract = ContractToxic.all(specs).first(where: { $0.name == name }) {
      let keys = attributes?.keys ?? []
      guard let ours, keys.contains(where: { contract.lacks($0) && ours.has($0) }) else {
        return contract
      }
      return ours
    }
    guard let ours else {
      let names = ContractToxic.all(specs).map(\.name) + specs.map(\.name)
      throw ControlError(400, "invalid toxic type" + Suggestion.phrase(for: name, in: names))
    }
    return ours
  }
}
