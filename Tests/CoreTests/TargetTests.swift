import Core
import Testing

@Suite struct TargetTests {
  @Test(arguments: [
    ("http://127.0.0.1:4000/v1", "http://127.0.0.1:4000/v1"),
    ("https://user:secret@host/v1?key=secret#x", "https://host/v1"),
    ("https://host/v1/@cf/model", "https://host/v1/@cf/model"),
    ("https://a@b@host", "https://host"),
    ("no url", "no url"),
  ])
  func whatMayBeSecretIsLeftOut(base: String, shown: String) {
    #expect(Target(name: "x", baseURL: base, dialect: "openai-chat").publicURL == shown)
  }
}
