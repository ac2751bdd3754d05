import Platform
import Testing

@Suite struct EndpointTests {
  @Test(arguments: [
    ("127.0.0.1:9100", "127.0.0.1", 9100), ("localhost:0", "localhost", 0),
    ("[::1]:65535", "::1", 65535),
  ])
  func reads(text: String, host: String, port: Int) throws {
    let endpoint = try #require(Endpoint(text))
    #expect(endpoint.host == host)
    #expect(Int(endpoint.port) == port)
    #expect(endpoint.description == text)
  }

  @Test(arguments: [
    "", ":", ":80", "host", "host:", "host:65536", "host:-1", "host:+80", "host: 80", "[]:80",
    "::1", "::1:9100", "host:80:90", "host:٨٠",
  ])
  func refuses(text: String) {
    #expect(Endpoint(text) == nil)
  }

  @Test func unknownHostGivesTheResolversReason() {
    let error = #expect(throws: SystemError.self) {
      try Socket.listen(Endpoint(host: "no-such-host.invalid", port: 0))
    }
    #expect(error?.description.hasPrefix("resolve no-such-host.invalid: ") == true)
    #expect(error?.reason.contains("assign") == false)
  }
}
