import Glibc

/// A listening socket and the numeric address that it got; whoever holds it closes it.
package struct Listener: Hashable, Sendable {
  package var descriptor: Int32
  package var endpoint: Endpoint

  package init(descriptor: Int32, endpoint: Endpoint) {
    self.descriptor = descriptor
    self.endpoint = endpoint
  }

  /// Binds and listens, so that what is wrong with the address shows at once.
  package init(_ endpoint: Endpoint) throws(SystemError) {
    let (made, got) = try Socket.listen(endpoint)
    self.init(descriptor: made, endpoint: Socket.localEndpoint(made) ?? got)
  }

  /// Gives the address back while the descriptor lives on in another thread's loop: it takes no
  /// more connections, those that were not accepted are reset, and the same address can be bound
  /// again at once (shutdown(2) ends the listening state on Linux).
  package func release() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Listens again at the same address after `release`, under the same number, which nobody else can
  /// have got meanwhile.
  package func listenAgain() throws(SystemError) {
    let (made, _) = try Socket.listen(endpoint)
    defer { Socket.close(made) }
    guard dup2(made, descriptor) >= 0 else {
      throw SystemError("listen on \(endpoint)", code: errno)
    }
  }
}

extension Socket {
  /// The address a socket is bound to, as numbers.
  package static func localEndpoint(_ descriptor: Int32) -> Endpoint? {
    numericEndpoint { getsockname(descriptor, $0, $1) }
  }

  /// The peer's address, as numbers; nil once it has gone.
  package static func peerEndpoint(_ descriptor: Int32) -> Endpoint? {
    numericEndpoint { getpeername(descriptor, $0, $1) }
  }

  private static func numericEndpoint(
    _ read: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> Endpoint? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard read(address, &length) == 0 else { return nil }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let result = getnameinfo(
          address, length, &host, socklen_t(host.count), &port, socklen_t(port.count),
          NI_NUMERICHOST | NI_NUMERICSERV)
        guard result == 0 else { return nil }
        return Endpoint(host: text(host), port: UInt16(text(port)) ?? 0)
      }
    }
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
