import Core
import Glibc
import Platform
import Testing

/// What the environment says of proxies never changes the way to the target.
@Suite(.serialized) struct ProxyEnvironmentTests {
  private final class Ended: TransferDelegate {
    let loop: EventLoop
    init(_ loop: EventLoop) { self.loop = loop }
    func transferSends(localPort: UInt16) {}
    func transferHead(_ line: UnsafeRawBufferPointer) {}
    func transferBody(_ bytes: UnsafeRawBufferPointer, wake: UInt32) -> Bool { true }
    func transferEnded(_ result: TransferResult) { loop.stop() }
  }

  /// Stops the loop when a connection comes.
  private final class Door: ReadinessTarget {
    let loop: EventLoop
    var knocks = 0
    init(_ loop: EventLoop) { self.loop = loop }
    func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
      knocks += 1
      loop.stop()
    }
  }

  @Test func noProxyDoesNotTakeTheTunnelAway() throws {
    setenv("no_proxy", "*", 1)
    defer { unsetenv("no_proxy") }
    let loop = try EventLoop()
    let (tunnel, tunnelAt) = try Socket.listen(Endpoint(host: "127.0.0.1", port: 0))
    let (target, targetAt) = try Socket.listen(Endpoint(host: "127.0.0.1", port: 0))
    defer {
      loop.dispose()
      Socket.close(tunnel)
      Socket.close(target)
    }
    let (front, back) = (Door(loop), Door(loop))
    try loop.add(tunnel, .read, front)
    try loop.add(target, .read, back)
    let multi = try CurlMulti(loop: loop)
    let delegate = Ended(loop)
    var request = TransferRequest(url: "https://\(targetAt)/", fields: [], body: [])
    request.tunnel = tunnelAt.description
    let handle = try #require(CurlHandle(request, delegate: delegate))
    multi.start(handle)
    loop.run()
    _ = multi.cancel(handle)
    #expect(front.knocks == 1)
    #expect(back.knocks == 0)
  }
}
