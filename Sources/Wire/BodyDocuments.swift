/// The JSON documents of a body, whatever frames them: what is looked at member by member, without
/// asking what a dialect makes of it.
package enum BodyDocuments {
  /// In order: a whole document; the elements of an array, however far it came; the payloads of
  /// Amazon's frames; the data of server-sent events; or the lines that are documents.
  package static func read(_ body: [UInt8]) -> [JSONValue] {
    if let whole = try? JSONValue.parse(body) { return whole.array ?? [whole] }
    if case .frame = AmazonFrame.read(body, at: 0) { return frames(body) }
    let elements = ArrayElements(body).elements
    if !elements.isEmpty { return elements.compactMap { try? JSONValue.parse(Array(body[$0])) } }
    let events = events(body)
    if !events.isEmpty { return events }
    return body.split(separator: .lf).compactMap { try? JSONValue.parse(Array($0)) }
  }

  private static func events(_ body: [UInt8]) -> [JSONValue] {
    var parser = SSEParser()
    return parser.feed(body).compactMap { block in
      guard case .event(_, let data, _) = block.kind else { return nil }
      return try? JSONValue.parse(data)
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
