import Core

/// Reads the requests of one connection as a server does (HTTP/1.0 and 1.1, RFC 9112).
///
/// Strict wherever two readers could disagree about where a request ends (request smuggling): every
/// line ends in CR LF, and one request has one length. After a failure or a CONNECT no further
/// request is read from the connection.
package struct HTTPRequestParser: Sendable {
  /// What a feed brought.
  package struct Result: Hashable, Sendable {
    /// The requests that became complete, in order.
    package var requests: [HTTPRequest] = []
    /// Heads that became complete, those of `requests` included.
    package var heads = 0
    /// The head that became complete last asks for `100 Continue` and not a byte of its body has
    /// come (RFC 9110 section 10.1.1): answer, or the client waits. Said once.
    package var expectsContinue = false
    /// Why the connection cannot go on: answer with its status and close. Repeated by later feeds.
    package var failure: Failure?

    package init() {}
  }

  /// Why a request is refused.
  package enum Failure: Error, Hashable, Sendable {
    case malformed(String)
    /// With the most that would have been taken.
    case bodyTooLarge(Int)
    case headTooLarge
    case unknownTransferCoding(String)
    case unknownVersion(String)

    package var status: Int {
      switch self {
      case .malformed: 400
      case .bodyTooLarge: 413
      case .headTooLarge: 431
      case .unknownTransferCoding: 501
      case .unknownVersion: 505
      }
    }

    /// One sentence for the answer's body.
    package var message: String {
      switch self {
      case .malformed(let what): "The request is malformed: \(what)."
      case .bodyTooLarge(let most): "The request body is larger than \(most) bytes."
      case .headTooLarge: "The request head is larger than \(Limits.requestHeadBytes) bytes."
      case .unknownTransferCoding(let name): "The transfer coding \(name) is not implemented."
      case .unknownVersion(let version): "The version \(version) is not supported."
      }
    }
  }

  private enum State {
    /// Before a request line, where empty lines are passed over (RFC 9112 section 2.2).
    case idle(afterCR: Bool)
    case head
    case body(left: Int)
    case chunks(ChunkedDecoder)
    /// After a CONNECT: what comes is not HTTP.
    case tunnel
    case failed(Failure)
  }

  private var state = State.idle(afterCR: false)
  private var head: [UInt8] = []
  /// Line ends at the end of `head`: CR counts 1, CR LF 2, CR LF CR 3.
  private var lineEnd = 0
  private var request: HTTPRequest?

  /// What came after a CONNECT request: the first bytes of the tunnel.
  package private(set) var tunnelled: [UInt8] = []

  private let mostBody: Int

  /// - Parameter mostBody: how many bytes a body may have.
  package init(mostBody: Int = Limits.requestBodyBytes) { self.mostBody = mostBody }

  /// Whether no byte of a further request has come, so that the connection may be closed for
  /// having been idle.
  package var isIdle: Bool {
    if case .idle = state { return true }
    return false
  }

  /// Whether the head of the request under way has been read and its body has not.
  package var isInBody: Bool {
    switch state {
    case .body, .chunks: true
    default: false
    }
  }

  /// Takes the next bytes of the connection.
  package mutating func feed(_ bytes: some Collection<UInt8>) -> Result {
    bytes.withSpan { feed($0) }
  }

  package mutating func feed(_ bytes: Span<UInt8>) -> Result {
    var result = Result()
    var position = 0
    reading: while position < bytes.count {
      switch state {
      case .idle(let afterCR): passEmptyLine(bytes, at: &position, afterCR: afterCR)
      case .head: readHead(bytes, at: &position, into: &result)
      case .body(let left): readBody(left, bytes, at: &position, into: &result)
      case .chunks(let decoder): readChunks(decoder, bytes, at: &position, into: &result)
      case .tunnel:
        tunnelled.append(bytes.extracting(position..<bytes.count))
        break reading
      case .failed: break reading
      }
    }
    if case .failed(let failure) = state { result.failure = failure }
    return result
  }

  private mutating func fail(_ failure: Failure) {
    state = .failed(failure)
    request = nil
    head = []
  }

  private mutating func passEmptyLine(
    _ bytes: Span<UInt8>, at position: inout Int, afterCR: Bool
  ) {
    let byte = bytes[position]
    switch (byte, afterCR) {
    case (.cr, false): state = .idle(afterCR: true)
    case (.lf, true): state = .idle(afterCR: false)
    case (.lf, false), (_, true): return fail(.malformed("a line does not end in CR LF"))
    default:
      state = .head
      lineEnd = 0
      return
    }
    position += 1
  }

  /// Collects the head up to its empty line, refusing at the first byte what no head can contain.
  private mutating func readHead(
    _ bytes: Span<UInt8>, at position: inout Int, into result: inout Result
  ) {
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if head.count + position - start >= Limits.requestHeadBytes { return fail(.headTooLarge) }
      switch byte {
      case .cr where lineEnd & 1 == 0: lineEnd += 1
      case .lf where lineEnd & 1 == 1: lineEnd += 1
      case .cr, .lf: return fail(.malformed("a line does not end in CR LF"))
      case _ where lineEnd & 1 == 1: return fail(.malformed("a line does not end in CR LF"))
      case 0x00..<0x20 where byte != .tab, 0x7F:
        return fail(.malformed("control character in the head"))
      default: lineEnd = 0
      }
      position += 1
      if lineEnd == 4 {
        head.append(bytes.extracting(start..<position))
        return endHead(hasMore: position < bytes.count, into: &result)
      }
    }
    head.append(bytes.extracting(start..<position))
  }

  private mutating func endHead(hasMore: Bool, into result: inout Result) {
    do throws(Failure) {
      let parsed = try RequestHead.parse(head, mostBody: mostBody)
      result.heads += 1
      request = parsed.request
      head = []
      switch parsed.length {
      case .bytes(0): finish(into: &result)
      case .bytes(let count): state = .body(left: count)
      case .chunked: state = .chunks(ChunkedDecoder())
      }
      result.expectsContinue = isInBody && parsed.expectsContinue && !hasMore
    } catch {
      fail(error)
    }
  }

  private mutating func readBody(
    _ left: Int, _ bytes: Span<UInt8>, at position: inout Int, into result: inout Result
  ) {
    let taken = min(left, bytes.count - position)
    request?.body.append(bytes.extracting(position..<(position + taken)))
    position += taken
    if taken == left { finish(into: &result) } else { state = .body(left: left - taken) }
  }

  private mutating func readChunks(
    _ decoder: ChunkedDecoder, _ bytes: Span<UInt8>, at position: inout Int,
    into result: inout Result
  ) {
    var decoder = decoder
    while let piece = decoder.next(in: bytes, at: &position) {
      if decoder.decodedCount > mostBody { return fail(.bodyTooLarge(mostBody)) }
      request?.body.append(bytes.extracting(piece.range))
    }
    if let error = decoder.failure { return fail(.malformed(error.message)) }
    if decoder.isComplete { finish(into: &result) } else { state = .chunks(decoder) }
  }

  private mutating func finish(into result: inout Result) {
    guard let complete = request else { return }
    request = nil
    result.requests.append(complete)
    result.expectsContinue = false
    state = complete.method == "CONNECT" ? .tunnel : .idle(afterCR: false)
  }
}
