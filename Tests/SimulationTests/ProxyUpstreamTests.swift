import Harness
import Testing

/// How what a proxy forwards to is named.
@Suite struct ProxyUpstreamTests {
  @Test(arguments: [
    ("localhost:9", "localhost:9"), (":9", "127.0.0.1:9"), ("http://host", "host:80"),
    ("http://host:8/", "host:8"), ("HTTP://[::1]", "[::1]:80"),
  ])
  func bytesGoToASocket(_ text: String, _ endpoint: String) throws {
    let upstream = try #require(ProxyUpstream(text))
    guard case .plain(let found) = upstream else {
      Issue.record("\(text) is a server")
      return
    }
    #expect("\(found)" == endpoint && "\(upstream)" == endpoint)
  }

  @Test(arguments: [
    ("https://host", "https://host"), ("https://host:8443/v1/", "https://host:8443/v1"),
    ("http://host/v1", "http://host/v1"), ("http://host?key=secret", "http://host"),
  ])
  func requestsGoToAServer(_ text: String, _ shown: String) throws {
    let upstream = try #require(ProxyUpstream(text))
    guard case .server = upstream else {
      Issue.record("\(text) is no server")
      return
    }
    #expect("\(upstream)" == shown)
  }

  @Test(arguments: [
    "", "host", "host:x", "ftp://host/", "https://", "https://host:99999", "http://u:p@host",
    "https:/host", "host:9/path",
  ])
  func whatIsNoUpstream(_ text: String) { #expect(ProxyUpstream(text) == nil) }

  /// An extension of Toxiproxy's contract, which knows `HOST:PORT` alone; it is echoed as it came.
  @Test func theControlInterfaceTakesURLs() {
    let stage = ControlStage()
    let upstream = "https://host/v1?key=secret"
    let made = stage.line("POST", "/proxies", #"{"name":"a","upstream":"\#(upstream)"}"#)
    #expect(made.hasPrefix("201 ") && made.contains(#""upstream":"\#(upstream)""#))
    let refused = stage.line("POST", "/proxies", #"{"name":"b","upstream":"https://u:secret@h"}"#)
    #expect(refused.hasPrefix("400 ") && !refused.contains("secret"))
    #expect(!stage.line("GET", "/metrics").contains("secret"))
  }
}
