import Core
import Wire

/// Heads of requests and responses: requests and landmarks do not depend on how the bytes came,
/// limits hold, and a head that reads is written as it was.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard let input = Input(data, count) else { return 0 }
  requests(input)
  for side in [HTTPMessageScanner.Side.requests, .responses] {
    let whole = landmarks(side, [input.bytes[...]])
    let cut = landmarks(side, input.pieces)
    require(cut == whole, "\(side) cut: \(cut)\nwhole: \(whole)")
  }
  if let head = MessageHead(input.bytes) {
    require(head.bytes == input.bytes, "the head is written as \(head.bytes)")
    _ = (head.framing, head.mayHaveBody, head.status, head.method)
    var edited = head
    edited.set("Transfer-Encoding", "chunked")
    edited.remove("Content-Length")
    require(edited.framing == .chunked, "not chunked though it says so")
    require(MessageHead(edited.bytes) == edited, "edited, it reads as another")
    edited.prepareForEditing()
  }
  if input.isPlayedLong {
    for side in [HTTPMessageScanner.Side.requests, .responses] {
      _ = landmarks(side, input.longPieces)
    }
    var parser = HTTPRequestParser(mostBody: 1 << 20)
    for piece in input.longPieces { _ = parser.feed(piece) }
  }
  return 0
}

func requests(_ input: Input) {
  let most = 4_096
  var (whole, cut) = (HTTPRequestParser(mostBody: most), HTTPRequestParser(mostBody: most))
  let once = whole.feed(input.bytes)
  var found: [HTTPRequest] = []
  var heads = 0
  var failure: HTTPRequestParser.Failure?
  for piece in input.pieces {
    let result = cut.feed(piece)
    found += result.requests
    heads += result.heads
    failure = failure ?? result.failure
  }
  require(found == once.requests, "cut: \(found)\nwhole: \(once.requests)")
  require(heads == once.heads && failure == once.failure, "other heads or another failure")
  for request in once.requests {
    require(request.body.count <= most, "a body over the limit")
    require(!request.method.isEmpty && !request.target.isEmpty, "half a request line")
  }
}

/// With the places that count from the start of each message.
func landmarks(
  _ side: HTTPMessageScanner.Side, _ pieces: [ArraySlice<UInt8>]
) -> [HTTPMessageScanner.Landmark] {
  var scanner = HTTPMessageScanner(side)
  if side == .responses { scanner.expectResponse(toHEAD: false) }
  return pieces.flatMap { scanner.scan($0) } + scanner.close()
}
