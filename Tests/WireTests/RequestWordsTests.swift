import Core
import Testing
import Wire

/// What a request says, out of every format.
@Suite struct RequestWordsTests {
  private let prompt = Prompt(
    nonce: Nonce(value: 7),
    messages: [
      .init(role: .system, text: "Be brief."), .init(role: .user, text: "One  two\nthree"),
      .init(role: .assistant, text: "Four"),
      .init(role: .user, text: "five \(Nonce(value: 7).promptMarker)"),
    ])

  @Test(arguments: Dialects.all.map(\.name))
  func isReadInEveryDialect(name: String) throws {
    let dialect = try #require(Dialects.named(name))
    let words = try #require(RequestWords(dialect.request(Traffic(), prompt: prompt).body))
    #expect(
      words.messages.map { String(decoding: $0.text, as: UTF8.self) } == prompt.messages.map(\.text)
    )
    #expect(words.messages.first?.role == "system")
    #expect(words.count == 2 + 3 + 1 + 2)
    #expect(words.history == 5)
  }

  @Test func anythingElseSaysNothing() throws {
    #expect(RequestWords(Array("<html>".utf8)) == nil)
    #expect(try #require(RequestWords(Array("[1]".utf8))).messages == [])
    #expect(try #require(RequestWords(Array(#"{"messages":{"a":[{}]}}"#.utf8))).count == 0)
  }
}
