import Core
import Glibc
import Platform
import Testing

/// Ends of real connections on the loopback interface; waits are for readiness, never for time.
@Suite struct SocketTests {
  /// Both ends of a connection.
  private func pair(_ host: String = "127.0.0.1") throws -> (client: Int32, server: Int32) {
    let (listener, endpoint) = try Socket.listen(Endpoint(host: host, port: 0))
    defer { Socket.close(listener) }
    #expect(endpoint.port > 0)
    let client = try Socket.connect(to: endpoint)
    wait(listener, POLLIN)
    let server = try #require(try Socket.accept(listener))
    wait(client, POLLOUT)
    return (client, server)
  }

  private func wait(_ descriptor: Int32, _ events: Int32) {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    #expect(poll(&entry, 1, 10_000) == 1)
  }

  private func receive(_ descriptor: Int32) -> Socket.Outcome {
    var buffer = [UInt8](repeating: 0, count: 64)
    return buffer.withUnsafeMutableBytes { Socket.receive(descriptor, $0) }
  }

  private func send(_ bytes: [UInt8], _ descriptor: Int32) -> Socket.Outcome {
    bytes.withUnsafeBytes { Socket.send(descriptor, $0) }
  }

  @Test func bothEndsSendAtOnce() throws {
    let (client, server) = try pair()
    for descriptor in [client, server] {
      var isOn: Int32 = 0
      var length = socklen_t(MemoryLayout<Int32>.size)
      #expect(getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, &length) == 0)
      #expect(isOn != 0)
      Socket.close(descriptor)
    }
  }

  @Test func aNameIsNoNumericAddress() {
    #expect(Socket.numericAddress(of: Endpoint(host: "::1", port: 9)) != nil)
    #expect(Socket.numericAddress(of: Endpoint(host: "localhost", port: 9)) == nil)
  }

  @Test(arguments: ["127.0.0.1", "::1"])
  func bytesThenAFINThenAnAnswer(host: String) throws {
    let (client, server) = try pair(host)
    defer { Socket.close(client) }
    #expect(receive(client) == .wouldBlock)
    #expect(send([1, 2, 3], server) == .bytes(3))
    Socket.shutdownWrite(server)
    wait(client, POLLIN)
    #expect(receive(client) == .bytes(3))
    wait(client, POLLIN)
    #expect(receive(client) == .closed)
    // The other direction is still open.
    #expect(send([4], client) == .bytes(1))
    wait(server, POLLIN)
    #expect(receive(server) == .bytes(1))
    Socket.close(server)
  }

  @Test func resetIsToldFromAClose() throws {
    let (client, server) = try pair()
    defer { Socket.close(client) }
    Socket.resetOnClose(server)
    Socket.close(server)
    wait(client, POLLIN)
    let outcome = receive(client)
    #expect(outcome == .failed(ECONNRESET))
    #expect(outcome.isReset)
    #expect(!Socket.Outcome.closed.isReset)
  }

  @Test(arguments: ["127.0.0.1", "::1"])
  func ofSeveralAddressesTheOneThatAnswersIsTaken(host: String) throws {
    let other = host == "::1" ? "127.0.0.1" : "::1"
    // The same number belongs to nobody else at the other address while this looks.
    while true {
      let (listener, endpoint) = try Socket.listen(Endpoint(host: host, port: 0))
      defer { Socket.close(listener) }
      guard let held = hold(other, port: endpoint.port) else { continue }
      defer { Socket.close(held) }
      let name = Endpoint(host: "localhost", port: endpoint.port)
      #expect(Socket.reachable(name) == endpoint)
      #expect(Socket.reachable(endpoint) == endpoint)
      return
    }
  }

  /// Takes an address at which nobody then listens; nil if somebody has it. Where there is no such
  /// address on this machine, nobody can have it either.
  private func hold(_ host: String, port: UInt16) -> Int32? {
    let descriptor = socket(
      host == "::1" ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if bind(descriptor, to: host, port: port) != 0, errno == EADDRINUSE {
      Socket.close(descriptor)
      return nil
    }
    return descriptor
  }

  private func bind(_ descriptor: Int32, to host: String, port: UInt16) -> Int32 {
    func bind<Name>(_ name: Name) -> Int32 {
      withUnsafeBytes(of: name) { bytes in
        Glibc.bind(
          descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
          socklen_t(bytes.count))
      }
    }
    guard host == "::1" else {
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = port.bigEndian
      name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      return bind(name)
    }
    var name = sockaddr_in6()
    name.sin6_family = sa_family_t(AF_INET6)
    name.sin6_port = port.bigEndian
    name.sin6_addr = in6addr_loopback
    return bind(name)
  }

  @Test func aBusyPortSaysSo() throws {
    let (listener, endpoint) = try Socket.listen(Endpoint(host: "127.0.0.1", port: 0))
    defer { Socket.close(listener) }
    let error = #expect(throws: SystemError.self) { try Socket.listen(endpoint) }
    #expect(error?.isAddressInUse == true)
  }
}
