/// Reads a body of server-sent events in any dialect that has them.
enum EventStream {
  static func read(_ body: [UInt8], _ said: (SSEParser.Kind) -> [Said]) -> StreamReading {
    var parser = SSEParser()
    var reading = StreamReading()
    let blocks = parser.feed(body)
    reading.events.reserveCapacity(blocks.count)
    for block in blocks {
      for one in said(block.kind) {
        reading.events.append(one.event(start: block.start, end: block.end))
      }
    }
    reading.danglingFrom = parser.pendingFrom
    return reading
  }

  /// What a block that is no event says, in every dialect; nil for an event.
  static func saidWithoutEvent(_ block: SSEParser.Kind) -> [Said]? {
    switch block {
    case .event: nil
    case .comment: [Said(.comment)]
    case .nothing: [Said(.empty)]
    case .garbageLine: [Said(.malformed("a line that is no field of an event stream"))]
    }
  }
}

extension JSONValue {
  /// A JSON object, or the one thing that is said of bytes that are none.
  static func object(of data: [UInt8]) -> (document: JSONValue?, problem: Said?) {
    do {
      let document = try parse(data)
      guard case .object = document else { return (nil, Said(.malformed("not a JSON object"))) }
      return (document, nil)
    } catch {
      return (nil, Said(.malformed("not JSON at byte \(error.offset): \(error.message)")))
    }
  }
}
