import Harness
import Testing

/// Who may ask, and for what paths there are answers.
@Suite struct ControlGuardTests {
  private func status(_ headers: [(String, String)], names: [String] = []) -> Int {
    ControlStage(names: names).ask("GET", "/version", headers: headers).status
  }

  @Test(arguments: [
    "localhost", "localhost:8474", "LocalHost:1", "127.0.0.1", "127.0.0.1:8474", "[::1]:8474",
    "[::1]", "10.0.0.7:80", "control.test:8474", "Control.Test",
  ])
  func hostsThatAreOurs(host: String) {
    #expect(status([("Host", host)], names: ["control.test"]) == 200)
  }

  @Test(arguments: [
    "evil.test", "evil.test:8474", "localhost.evil.test", "127.0.0.1.evil.test:8474", "",
    "control.test.evil.test", "1", "0x7f.1",
  ])
  func hostsOfRebinding(host: String) {
    #expect(status([("Host", host)], names: ["control.test"]) == 403)
  }

  @Test func pagesAreRefused() {
    let host = ("Host", "localhost")
    #expect(status([host, ("Origin", "http://evil.test")]) == 403)
    #expect(status([host, ("Origin", "null")]) == 403)
    let browser = ControlStage().ask(
      "GET", "/version", headers: [host, ("User-Agent", "Mozilla/5.0 (X11)")])
    #expect(browser.status == 403)
    #expect(browser.body == Array("User agent not allowed\n".utf8))
    #expect(status([host, ("User-Agent", "")]) == 200)
    #expect(status([]) == 200)
  }

  @Test(arguments: [
    ("GET", "/", 404), ("GET", "/version/", 404), ("GET", "/proxies/", 404), ("GET", "/test", 404),
    ("GET", "/proxies/a/toxics/b/c", 404), ("GET", "//version", 404), ("GET", "version", 404),
    ("GET", "/proxies/%zz", 404), ("GET", "/proxies/%+1", 404), ("GET", "/proxies/%ff", 404),
    ("HEAD", "/version", 405), ("OPTIONS", "/proxies", 405), ("PUT", "/proxies/a", 405),
    ("GET", "/reset", 405), ("GET", "/populate", 405), ("DELETE", "/proxies", 405),
    ("GET", "/version?x=1", 200), ("GET", "/proxies/a", 404), ("GET", "/proxies/%61", 404),
  ])
  func paths(method: String, path: String, status: Int) {
    let answer = ControlStage().ask(method, path)
    #expect(answer.status == status)
    if status == 405 { #expect(answer.body.isEmpty) }
    let isKnown = status == 200 || status == 404 && ["/proxies/a", "/proxies/%61"].contains(path)
    #expect(answer.isRouted == isKnown)
    if !isKnown, status == 404 {
      #expect(answer.body == Array("404 page not found\n".utf8))
    }
  }

  @Test func namesAreDecoded() {
    let stage = ControlStage()
    stage.create("ä b%")
    #expect(stage.ask("GET", "/proxies/%C3%A4%20b%25").status == 200)
    #expect(stage.ask("DELETE", "/proxies/%c3%a4%20b%25").status == 204)
  }
}
