package import Core
import Wire

/// What is played to find out: a script, faults between relay and provider, and the client's traffic.
///
/// Two that are equal are one, and are played once for all checks that ask for them.
package struct Stimulus: Hashable, Sendable {
  /// For reports: "clean end after 5 of 20 tokens".
  package var name: String
  package var script: ProviderScript
  /// What a further try of the same request gets; nil for the same again.
  package var later: ProviderScript?
  /// On leg B.
  package var faults: [FaultRule]
  package var traffic: Traffic
  package var company: Company
  /// Whether it shows defects that come and go, so that `--repeat` plays it often.
  package var repeats: Bool
  /// Left out unless all is asked for, because it takes long.
  package var isSlow: Bool

  /// Whom it is played together with.
  package enum Company: Int, Hashable, Sendable {
    /// With any others.
    case crowd
    /// With others that measure times as it does, and are light enough not to disturb it.
    case quiet
    /// By itself: its faults strike whole connections, or it puts a load on the relay.
    case alone
  }

  /// - Parameters:
  ///   - faults: as they are written, without the leg.
  ///   - change: what is unlike a plain stream that is asked for once.
  package init(
    _ name: String, _ steps: [Step], think: Nanoseconds = .milliseconds(2),
    headers: ProviderScript.HeaderTiming = .withFirstEvent, faults: [String] = [],
    later: [Step]? = nil, company: Company = .crowd, repeats: Bool = false, isSlow: Bool = false,
    change: (inout Traffic) -> Void = { _ in }
  ) {
    self.name = name
    script = ProviderScript(think: .constant(think), headers: headers, steps: steps)
    self.later = later.map { ProviderScript(think: .constant(think), steps: $0) }
    self.faults = faults.map { Self.rule($0, leg: .b) }
    var traffic = Traffic(streams: 1)
    traffic.timeouts = Self.timeouts
    traffic.mostBody = Limits.suiteBodyBytes
    change(&traffic)
    self.traffic = traffic
    self.company = company
    self.repeats = repeats
    self.isSlow = isSlow
  }

  /// A client that waits for nothing longer than it must.
  package static let timeouts = Timeouts(
    firstByte: .seconds(8), idle: .seconds(8), total: .seconds(30))

  /// A rule of ours: what does not read is a mistake in a check.
  package static func rule(_ literal: String, leg: Leg) -> FaultRule {
    do throws(LiteralError) {
      return try FaultRule(literal, leg: leg)
    } catch {
      preconditionFailure("a check has the fault \"\(literal)\": \(error.message)")
    }
  }

  /// Equal ones have one name; scripts can be long.
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// What it is as a scenario of the client's format.
  package func scenario(_ dialect: String, model: String?) -> Scenario {
    var traffic = self.traffic
    traffic.dialect = dialect
    if let model { traffic.model = model }
    return Scenario(name: name, provider: script, traffic: traffic, faults: faults)
  }

  /// The longest that one of its exchanges takes if nobody errs; the longest begin first.
  package var length: Nanoseconds {
    var length = script.think.median
    for step in script.steps {
      switch step {
      case .text(let text): length += times(text.tokens, text.gap)
      case .toolCall(let call): length += times(call.pieces, call.gap)
      case .stall(let stall): length += stall?.median ?? traffic.timeouts.idle
      default: break
      }
    }
    let stalls = faults.contains { $0.effect == .silences }
    return stalls ? length + traffic.timeouts.idle : length
  }

  private func times(_ count: Int, _ gap: Distribution) -> Nanoseconds {
    Nanoseconds(gap.median.count * Int64(count))
  }
}

// The scripts of the catalogue, made of steps so that every dialect can say them.
extension [Step] {
  /// `count` tokens with the nonce in each of them.
  package static func tokens(
    _ count: Int, gap: Nanoseconds = .milliseconds(5), kind: TextStep.Kind = .text, choice: Int = 0
  ) -> [Step] {
    [.text(TextStep(tokens: count, gap: .constant(gap), kind: kind, choice: choice))]
  }

  /// How a healthy answer ends.
  package static let ending: [Step] = [.finish("stop"), .usage(UsageStep()), .done]

  /// A healthy answer around these steps.
  package static func answer(_ steps: [Step]) -> [Step] { [.role("assistant")] + steps + ending }
}

extension Stimulus {
  /// REF: 20 tokens, finish, odd usage, terminator.
  package static let ref = Stimulus(
    "a healthy stream of 20 tokens", .answer(.tokens(20)), repeats: true)

  /// REF with faults between provider and relay.
  package static func ref(_ name: String, faults: String..., repeats: Bool = false) -> Stimulus {
    Stimulus(name, .answer(.tokens(20)), faults: faults, repeats: repeats)
  }

  /// 5 of 20 tokens, then something else.
  package static func after5(
    _ name: String, _ steps: [Step], faults: String..., repeats: Bool = false
  ) -> Stimulus {
    Stimulus(
      name, [.role("assistant")] + .tokens(5) + steps, faults: faults, repeats: repeats)
  }
}
