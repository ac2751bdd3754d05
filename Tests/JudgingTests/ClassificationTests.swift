import Core
import Judging
import Testing

@Suite struct ClassificationTests {
  static func scene(_ end: EndCondition) -> Scene {
    var scene = Scene.healthy(tokens: 3)
    switch end {
    case .done: break
    case .eofWithoutTerminator: scene.lines.removeLast()
    case .errorEvent: scene.lines.insert(.init(text: "e overloaded", at: 60), at: 2)
    case .httpError: scene.status = 503
    case .notAStream: scene.headers = [HeaderField(name: "content-type", value: "text/html")]
    case .malformed: scene.lines.insert(.init(text: "?", at: 60), at: 2)
    case .noOutput: scene.lines.removeAll { $0.text.hasPrefix("o") }
    case .cancelled: scene.left = 100
    default: scene.transport = .failed(end)
    }
    return scene
  }

  @Test(arguments: EndCondition.allCases) func eachEndIsToldApart(end: EndCondition) {
    #expect(Self.scene(end).observation.end == end)
  }

  /// Whatever came before, a transport that failed is how the stream ended.
  @Test(arguments: [EndCondition.premature, .reset, .timeoutIdle, .tooLarge, .cancelled])
  func aMarkerDoesNotMendTheTransport(end: EndCondition) {
    var scene = Scene.healthy()
    scene.transport = .failed(end)
    #expect(scene.observation.end == end)
    #expect(!scene.observation.succeeded)
  }

  @Test func orderOfTheRules() {
    var scene = Self.scene(.errorEvent)
    scene.lines.append(.init(text: "?", at: 300))
    #expect(scene.observation.end == .errorEvent)
    scene.status = 500
    #expect(scene.observation.end == .httpError)
    scene.left = 100
    #expect(scene.observation.end == .httpError)
    scene.status = 200
    #expect(scene.observation.end == .cancelled)
    scene.transport = .failed(.reset)
    #expect(scene.observation.end == .reset)
  }

  @Test func anEmptyBodyIsNoStream() {
    var scene = Scene.healthy()
    scene.lines = []
    #expect(scene.observation.end == .notAStream)
  }

  @Test func aRoleAloneIsAnUnfinishedStream() {
    var scene = Scene.healthy()
    scene.lines.removeSubrange(1...)
    #expect(scene.observation.end == .eofWithoutTerminator)
  }

  @Test func aFinishReasonErrorIsAnError() {
    var scene = Scene.healthy()
    scene.lines[21].text = "f error"
    #expect(scene.observation.end == .errorEvent)
  }

  @Test func mediaTypesIgnoreCaseSpaceAndParameters() {
    var scene = Scene.healthy()
    scene.headers = [HeaderField(name: "CONTENT-TYPE", value: " Text/Event-Stream ; a=b")]
    #expect(scene.observation.mediaType == "text/event-stream")
    #expect(scene.observation.end == .done)
    scene.headers = []
    #expect(scene.observation.end == .notAStream)
  }

  @Test func wholeAnswersNeedNoMarker() {
    var scene = Scene.healthy(tokens: 3)
    scene.streamWanted = false
    scene.headers = [HeaderField(name: "Content-Type", value: "application/json")]
    scene.lines = [.init(text: scene.line(0), at: 30), .init(text: "w", at: 30)]
    #expect(scene.observation.end == .done)
    scene.lines.removeLast()
    #expect(scene.observation.end == .malformed)
    scene.lines = [.init(text: "f stop", at: 30), .init(text: "w", at: 30)]
    #expect(scene.observation.end == .noOutput)
    scene.lines.insert(.init(text: "e broken", at: 30), at: 0)
    #expect(scene.observation.end == .errorEvent)
  }

  /// Cut at every byte, under every way to end: `done` only with the marker and whole framing.
  @Test(arguments: [
    TransportEnd.complete, .failed(.premature), .failed(.reset), .failed(.timeoutIdle),
  ])
  func cutAtEveryByte(transport: TransportEnd) {
    let whole = Scene.healthy(tokens: 4).exchange
    for length in 0...whole.body.count {
      var exchange = Exchange(
        ordinal: 0, nonce: whole.nonce, warmup: false, intended: whole.intended,
        started: whole.started)
      exchange.status = 200
      exchange.headers = whole.headers
      exchange.body = Array(whole.body.prefix(length))
      for read in whole.timeline.reads where read.offset < length {
        exchange.timeline.append(
          ReadMark(
            instant: read.instant, offset: read.offset,
            length: min(read.length, length - read.offset), wake: read.wake))
      }
      exchange.transport = transport
      let observation = Observation(
        exchange: exchange, provider: [], faults: [], dialect: LineDialect(), streamWanted: true)
      let delivered = length == whole.body.count
      #expect(observation.succeeded == (delivered && transport == .complete), "\(length)")
      #expect(Measures.of([observation]).isEmpty == !observation.succeeded)
    }
  }
}
