import Wire

/// Formats in which every event says its type twice: as the name of the event and in its data.
enum EventNames {
  /// The type of each event, in order.
  static func types(_ payloads: [JSONValue]) -> [String] {
    payloads.map { $0["type"]?.string ?? "" }
  }

  /// The name that an event of the stream has, without the space behind the colon.
  static func name(_ block: SSELens.Block) -> String? {
    block.field("event").map { String(decoding: $0.drop { $0 == 0x20 }, as: UTF8.self) }
  }

  /// What is wrong with each event whose name is not its type, in words.
  static func misnamed(_ seen: Observation) -> [String] {
    seen.lens.blocks.compactMap { block in
      guard let data = block.data, let payload = try? JSONValue.parse(data) else { return nil }
      let type = payload["type"]?.string ?? "no type"
      let name = name(block)
      guard name != type else { return nil }
      return "an event \(name.map { "named \($0)" } ?? "without a name") of type \(type)"
    }
  }
}
