import Core

/// The requests of one connection in their order, for a server that answers them one by one.
///
/// What a client sends ahead of an answer (pipelining, RFC 9112 section 9.3.2) waits unread, so that
/// nothing of a request is looked at before its turn has come.
package struct RequestQueue: Sendable {
  /// What a server that is answering nothing has to do next.
  package enum Next: Sendable {
    case answer(HTTPRequest)
    /// Say why nothing more is read, and close.
    case refuse(HTTPRequestParser.Failure)
    /// Send `proceed`, for which the client waits (RFC 9110 section 10.1.1).
    case proceed
  }

  package static let proceed = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  private var parser = HTTPRequestParser()
  /// Complete requests, and what came after them.
  private var waiting: [HTTPRequest] = []
  private var unread: [UInt8] = []
  private var unreadHead = 0
  private var failure: HTTPRequestParser.Failure?
  private var owesContinue = false

  package init() {}

  /// What has come and was not looked at yet.
  package var unreadBytes: Int { unread.count - unreadHead }

  /// Whether nothing has come behind the last complete request that was taken.
  package var isIdle: Bool { parser.isIdle && !hasMore }

  /// Whether `next` may have something, without a further byte from the client.
  package var hasMore: Bool {
    !waiting.isEmpty || unreadBytes > 0 || failure != nil || owesContinue
  }

  /// Takes bytes of the client.
  package mutating func receive(_ bytes: some Collection<UInt8>) {
    unread.append(contentsOf: bytes)
  }

  /// Drops everything that waits.
  package mutating func removeAll() { self = RequestQueue() }

  /// The next thing to do; to be called when no answer is under way.
  package mutating func next() -> Next? {
    // By the piece, so that what is made of many small requests stays small.
    while waiting.isEmpty, failure == nil, unreadBytes > 0 {
      let end = min(unread.count, unreadHead + Limits.readBytes)
      read(unread[unreadHead..<end])
      unreadHead = end
    }
    if unreadBytes == 0 {
      unread.removeAll()
      unreadHead = 0
    }
    if !waiting.isEmpty { return .answer(waiting.removeFirst()) }
    if let failure { return .refuse(failure) }
    guard owesContinue else { return nil }
    owesContinue = false
    return .proceed
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>) {
    let result = parser.feed(bytes)
    waiting += result.requests
    owesContinue = result.expectsContinue
    failure = result.failure
  }
}
