import CLinux
import Glibc

/// An IP address and port.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  package var host: String
  package var port: UInt16

  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST:PORT` or `[V6]:PORT`; nil if it is neither.
  package init?(_ text: String) {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let digits = text[text.index(after: colon)...]
    // `UInt16` alone would take a sign.
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      return nil
    }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.utf8.contains(UInt8(ascii: ":")) {
      // An IPv6 address without brackets: which of its colons comes before the port?
      return nil
    }
    guard !host.isEmpty else { return nil }
    self.init(host: host, port: port)
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// TCP sockets, non-blocking, as numbers: their owner closes them.
package enum Socket {
  /// How a transfer of bytes went.
  package enum Outcome: Hashable, Sendable {
    case bytes(Int)
    case wouldBlock
    case closed
    case failed(Int32)

    package static let reset = failed(ECONNRESET)
    package var isReset: Bool { self == .failed(ECONNRESET) || self == .failed(EPIPE) }
  }

  /// A listening socket and the address it got (port 0 asks for any).
  package static func listen(_ endpoint: Endpoint) throws(SystemError) -> (Int32, Endpoint) {
    var failure = SystemError("listen on \(endpoint)", code: EADDRNOTAVAIL)
    for address in try resolve(endpoint) {
      let made = clinux_socket(address.family)
      guard made >= 0 else { throw SystemError("socket", code: -made) }
      _ = clinux_set_flag(made, SOL_SOCKET, SO_REUSEADDR)
      // Accepted sockets inherit it.
      _ = clinux_no_delay(made)
      let bound = address.withPointer { bind(made, $0, $1) }
      if bound == 0, Glibc.listen(made, 4_096) == 0 {
        return (made, Endpoint(host: endpoint.host, port: localPort(made)))
      }
      failure = SystemError("listen on \(endpoint)", code: errno)
      close(made)
    }
    throw failure
  }

  /// Starts a connection; it stands when the socket is writable and `pendingError` is nil.
  package static func connect(to endpoint: Endpoint) throws(SystemError) -> Int32 {
    try connect(to: address(of: endpoint))
  }

  /// The first address of its name, for whoever connects there often: the resolver reads files.
  package static func address(of endpoint: Endpoint) throws(SystemError) -> Address {
    guard let address = try resolve(endpoint).first else {
      throw SystemError("resolve \(endpoint.host)", code: EADDRNOTAVAIL)
    }
    return address
  }

  /// The address if its host is one; nil if it is a name, which stands for others tomorrow.
  package static func numericAddress(of endpoint: Endpoint) -> Address? {
    try? resolve(endpoint, flags: AI_NUMERICHOST).first
  }

  package static func connect(to address: Address) throws(SystemError) -> Int32 {
    let made = clinux_socket(address.family)
    guard made >= 0 else { throw SystemError("socket", code: -made) }
    _ = clinux_no_delay(made)
    let result = address.withPointer { Glibc.connect(made, $0, $1) }
    if result != 0, errno != EINPROGRESS {
      let code = errno
      close(made)
      throw SystemError("connect to \(address.endpoint)", code: code)
    }
    return made
  }

  /// The endpoint with the first address of its name that takes a connection; as it is when it has
  /// only one address or none answers within `patience` each.
  ///
  /// libcurl tries all addresses of a name, so what stands in its place must too. It takes
  /// `localhost` for both 127.0.0.1 and ::1 without asking anyone (RFC 6761 section 6.3).
  package static func reachable(_ endpoint: Endpoint, patience: Int32 = 1_000) -> Endpoint {
    let names = endpoint.host == "localhost" ? ["127.0.0.1", "::1"] : [endpoint.host]
    let addresses = names.flatMap {
      (try? resolve(Endpoint(host: $0, port: endpoint.port))) ?? []
    }
    guard addresses.count > 1 else { return endpoint }
    for address in addresses {
      guard let made = try? connect(to: address) else { continue }
      defer { close(made) }
      var entry = pollfd(fd: made, events: Int16(POLLOUT), revents: 0)
      guard poll(&entry, 1, patience) == 1, pendingError(made) == nil else { continue }
      return address.numericHost.map { Endpoint(host: $0, port: endpoint.port) } ?? endpoint
    }
    return endpoint
  }

  /// Starts a connection and looks whether it stands already, as one to this very machine does.
  package static func connectPromptly(to address: Address) throws(SystemError)
    -> (descriptor: Int32, stands: Bool)
  {
    let made = try connect(to: address)
    // Asked again, the kernel says what has become of it (connect(2), EALREADY).
    if address.withPointer({ Glibc.connect(made, $0, $1) }) == 0 || errno == EISCONN {
      return (made, true)
    }
    let code = errno
    if code == EALREADY || code == EINPROGRESS || code == EINTR { return (made, false) }
    close(made)
    throw SystemError("connect to \(address.endpoint)", code: code)
  }

  /// The next connection of a listener, with Nagle's algorithm off; nil when there is none.
  package static func accept(_ listener: Int32) throws(SystemError) -> Int32? {
    let made = clinux_accept(listener)
    if made >= 0 { return made }
    if made == -EAGAIN || made == -ECONNABORTED || made == -EINTR { return nil }
    throw SystemError("accept", code: -made)
  }

  package static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Outcome {
    let sent = clinux_send(descriptor, bytes.baseAddress, bytes.count)
    if sent >= 0 { return .bytes(sent) }
    return sent == -Int(EAGAIN) || sent == -Int(EINTR) ? .wouldBlock : .failed(Int32(-sent))
  }

  package static func receive(_ descriptor: Int32, _ into: UnsafeMutableRawBufferPointer)
    -> Outcome
  {
    let got = clinux_receive(descriptor, into.baseAddress, into.count)
    if got > 0 { return .bytes(got) }
    if got == 0 { return .closed }
    return got == -Int(EAGAIN) || got == -Int(EINTR) ? .wouldBlock : .failed(Int32(-got))
  }

  /// Ends the sending direction (FIN) and leaves the other open.
  package static func shutdownWrite(_ descriptor: Int32) { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Makes the coming close send RST.
  package static func resetOnClose(_ descriptor: Int32) { _ = clinux_linger_zero(descriptor) }

  /// Bytes handed to the kernel that the peer has not acknowledged.
  package static func unacknowledged(_ descriptor: Int32) -> Int {
    max(0, Int(clinux_unsent(descriptor)))
  }

  package static func pendingError(_ descriptor: Int32) -> Int32? {
    let error = clinux_socket_error(descriptor)
    return error == 0 ? nil : error
  }

  /// Whether a TCP connection stands (and not, say, a pair of a resolver's sockets).
  package static func isConnected(_ descriptor: Int32) -> Bool {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
    }
    return result == 0
      && [sa_family_t(AF_INET), sa_family_t(AF_INET6)].contains(storage.ss_family)
  }

  package static func localPort(_ descriptor: Int32) -> UInt16 {
    port { getsockname(descriptor, $0, $1) }
  }
  package static func peerPort(_ descriptor: Int32) -> UInt16 {
    port { getpeername(descriptor, $0, $1) }
  }

  package static func close(_ descriptor: Int32) { Glibc.close(descriptor) }

  private static func port(
    _ read: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> UInt16 {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard read(address, &length) == 0 else { return 0 }
        // sin_port and sin6_port lie at the same place.
        return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          UInt16(bigEndian: $0.pointee.sin_port)
        }
      }
    }
  }

  /// One address of an endpoint, as the kernel wants it.
  package struct Address: Sendable {
    package let endpoint: Endpoint
    fileprivate var family: Int32
    private var storage: sockaddr_storage
    private var length: socklen_t

    fileprivate init(_ entry: addrinfo, of endpoint: Endpoint) {
      self.endpoint = endpoint
      family = entry.ai_family
      length = entry.ai_addrlen
      storage = sockaddr_storage()
      withUnsafeMutableBytes(of: &storage) { target in
        target.copyMemory(
          from: UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen)))
      }
    }

    fileprivate var numericHost: String? {
      var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let result = withPointer {
        getnameinfo($0, $1, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
      }
      guard result == 0 else { return nil }
      return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    fileprivate func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
      withUnsafePointer(to: storage) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
      }
    }
  }

  /// The numeric addresses of an endpoint's name, in the resolver's order.
  static func addresses(of endpoint: Endpoint) -> [String] {
    ((try? resolve(endpoint)) ?? []).compactMap(\.numericHost)
  }

  private static func resolve(_ endpoint: Endpoint, flags: Int32 = 0) throws(SystemError)
    -> [Address]
  {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV | flags
    var list: UnsafeMutablePointer<addrinfo>?
    let result = getaddrinfo(endpoint.host, String(endpoint.port), &hints, &list)
    guard result == 0 else {
      throw SystemError(
        "resolve \(endpoint.host)", code: EADDRNOTAVAIL,
        reason: String(cString: gai_strerror(result)))
    }
    defer { freeaddrinfo(list) }
    var found: [Address] = []
    var next = list
    while let entry = next?.pointee {
      found.append(Address(entry, of: endpoint))
      next = entry.ai_next
    }
    return found
  }
}
