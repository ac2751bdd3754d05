package import Core
package import Wire

/// One rule that a relay has to keep, with what shows whether it does.
///
/// A value: the stimuli are played by whoever can, first without the relay and then through it, and
/// `judge` looks at what was recorded. Checks stand in chapters, see `Chapter`.
package struct ConformanceCheck: Sendable {
  /// `FLT-004`; never changes its meaning.
  package var id: String
  /// The same as a path: `flt/clean-eof`.
  package var slug: String
  package var level: ConformanceLevel
  /// How bad a breach is, unless a finding says otherwise.
  package var severity: ConformanceSeverity
  package var needs: Needs
  /// The client's format that it is about; nil for all that stream.
  package var face: Face?
  /// In our own words, one sentence.
  package var requirement: String
  /// Who says so: the section of a standard, a vendor's document.
  package var source: String
  /// What is accepted, the best first.
  package var expected: [String]
  /// What is played; the same stimulus of several checks is played once.
  package var stimuli: @Sendable (Pair) -> [Stimulus]
  package var judge: Judgement
  package var baseline: Baseline
  /// Defects of a relay that it must notice, at least one.
  package var mutants: [Mutant]

  package init(
    _ id: String, _ slug: String, _ level: ConformanceLevel, _ severity: ConformanceSeverity,
    needs: Needs = .provider, face: Face? = nil, requirement: String, source: String,
    expected: [String], baseline: Baseline = .judged, mutants: [Mutant],
    stimuli: @escaping @Sendable (Pair) -> [Stimulus], judge: Judgement
  ) {
    self.id = id
    self.slug = slug
    self.level = level
    self.severity = severity
    self.needs = needs
    self.face = face
    self.requirement = requirement
    self.source = source
    self.expected = expected
    self.baseline = baseline
    self.mutants = mutants
    self.stimuli = stimuli
    self.judge = judge
  }

  /// `FLT`.
  package var group: String { String(id.prefix { $0 != "-" }) }

  /// What it cannot be run without.
  package enum Needs: Hashable, Sendable {
    /// Any relay or provider that answers: C in the catalogue.
    case client
    /// Our own provider behind the relay: T.
    case provider
    /// Two of them: T2.
    case twoProviders
  }

  /// The format that clients of a group speak.
  package enum Face: String, Hashable, Sendable, CaseIterable {
    case chat = "openai-chat"
    case responses = "openai-responses"
    case messages = "anthropic-messages"
    case gemini
    case geminiArray = "gemini-array"
    case ollama
    case bedrock
    case openRouter = "openrouter"
  }

  /// How what was recorded becomes findings. None means that all is as expected.
  package enum Judgement: Sendable {
    /// Each exchange by itself.
    case each(@Sendable (Observation, Passage) -> [Finding])
    /// All that was played, to compare or to count.
    case all(@Sendable ([Passage]) -> [Finding])
  }

  /// What the run without the relay has to show, so that a verdict says something of the relay.
  package enum Baseline: Sendable {
    /// Whatever is judged of the relay must not fail without it.
    case judged
    /// Says what is wrong with it, or nil: for stimuli that nobody may pass on as they are.
    case shows(@Sendable (Observation, Passage) -> String?)
  }
}

/// What a judge found in one exchange or in all.
package struct Finding: Hashable, Sendable {
  package var outcome: ConformanceVerdict.Outcome
  package var words: String
  package var severity: ConformanceSeverity?
  package var skip: SkipReason?
  /// The exchange that shows it, of a judgement over all.
  package var nonce: Nonce?

  package static func fail(
    _ words: String, _ severity: ConformanceSeverity? = nil, in observation: Observation? = nil
  ) -> Finding {
    Finding(
      outcome: .fail, words: words, severity: severity, nonce: observation?.exchange.nonce)
  }

  package static func warn(_ words: String, in observation: Observation? = nil) -> Finding {
    Finding(outcome: .warn, words: words, nonce: observation?.exchange.nonce)
  }

  /// Says something that is not judged.
  package static func info(_ words: String) -> Finding { Finding(outcome: .info, words: words) }

  /// It cannot be told.
  package static func skip(_ reason: SkipReason, _ words: String) -> Finding {
    Finding(outcome: .skip, words: words, skip: reason)
  }
}

/// The formats on both sides of the relay.
package struct Pair: Sendable {
  package var face: any Dialect
  package var upstream: any Dialect

  package init(face: any Dialect, upstream: any Dialect) {
    self.face = face
    self.upstream = upstream
  }

  /// Whether a relay may pass on what the provider says as it is.
  package var isSame: Bool { face.name == upstream.name }
  package var names: DialectPair { DialectPair(face: face.name, upstream: upstream.name) }
}

/// A defect that the check must notice: what the built-in relay does to its clients.
package struct Mutant: Hashable, Sendable {
  /// As faults are written, between client and relay.
  package var faults: [String]
  /// What the check has to say, at least.
  package var outcome: ConformanceVerdict.Outcome

  package init(
    _ faults: String..., gives outcome: ConformanceVerdict.Outcome = .fail
  ) {
    self.faults = faults
    self.outcome = outcome
  }
}
