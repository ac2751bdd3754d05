import Harness
import Platform
import Wire

extension FaultProxyStage {
  /// The stage's own server as one to which requests are sent on.
  static let base = "http://SERVER/v1"

  /// A client that has sent this, and the connection on which it came out.
  func exchange(_ request: String = "GET /x HTTP/1.1\r\nHost: here\r\n\r\n") throws -> (
    client: FaultProxyPeer, server: FaultProxyPeer
  ) {
    let before = server.accepted.count
    let client = try client()
    client.send(request.utf8)
    let came = run { self.server.accepted.dropFirst(before).last?.received.isEmpty == false }
    guard came, let accepted = server.accepted.last else {
      throw SystemError("no request at the server", code: 0)
    }
    return (client, accepted)
  }
}

extension FaultProxyPeer {
  var text: String { String(decoding: received, as: UTF8.self) }
}

extension String {
  /// How often the other text occurs.
  func count(_ other: String) -> Int { ranges(of: other).count }
}
