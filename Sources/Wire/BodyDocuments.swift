/// The JSON documents of a body, whatever frames them: what is looked at member by member, without
/// asking what a dialect makes of it.
package enum BodyDocuments {
  /// In order: a whole document; the elements of an array, however far it came; the payloads of
  /// Amazon's frames; the data of server-sent events; or the lines that are documents.
  ///
  /// - Parameter isWanted: asked of elements, events and lines before they are parsed.
  package static func read(
    _ body: [UInt8], where isWanted: ([UInt8]) -> Bool = { _ in true }
  ) -> [JSONValue] {
    if let whole = try? JSONValue.parse(body) { return whole.array ?? [whole] }
    if case .frame = AmazonFrame.read(body, at: 0) { return frames(body) }
    let elements = ArrayElements(body).elements
    if !elements.isEmpty { return parsed(elements.map { Array(body[$0]) }, isWanted) }
    let events = events(body)
    if !events.isEmpty { return parsed(events, isWanted) }
    return parsed(body.split(separator: .lf).map(Array.init), isWanted)
  }

  private static func parsed(
    _ documents: [[UInt8]], _ isWanted: ([UInt8]) -> Bool
  ) -> [JSONValue] {
    documents.compactMap { isWanted($0) ? try? JSONValue.parse($0) : nil }
  }

  private static func events(_ body: [UInt8]) -> [[UInt8]] {
    var parser = SSEParser()
    return parser.feed(body).compactMap { block in
      if case .event(_, let data, _) = block.kind { data } else { nil }
    }
  }

  private static func frames(_ body: [UInt8]) -> [JSONValue] {
    var found: [JSONValue] = []
    var start = 0
    while case .frame(let frame, let end) = AmazonFrame.read(body, at: start) {
      if let document = try? JSONValue.parse(frame.payload) { found.append(document) }
      start = end
    }
    return found
  }
}
