/// What one conformance check showed of one relay.
package struct ConformanceVerdict: Hashable, Sendable, Codable {
  /// `FLT-004`, which never changes its meaning, and the same as a path: `flt/clean-eof`.
  package var id: String
  package var slug: String
  package var level: ConformanceLevel
  /// How bad this breach is: that of the check, unless what was seen is worse or less.
  package var severity: ConformanceSeverity
  package var verdict: Outcome
  package var skip: SkipReason?
  package var requirement: String
  /// Who says so.
  package var source: String
  package var stimuli: [String]
  /// What would have been accepted.
  package var expected: [String]
  /// What was seen, the worst first; for a skip or an error the reason.
  package var actual: [String]
  /// Exchanges through the relay that were judged, and how many of them were not as expected.
  package var tried: Int
  package var bad: Int
  /// True for a check that does not score yet.
  package var pending: Bool?
  /// What both sides saw of the worst of them; nil where nothing is wrong.
  package var evidence: ConformanceEvidence?

  package init(
    id: String, slug: String, level: ConformanceLevel, severity: ConformanceSeverity,
    verdict: Outcome, skip: SkipReason? = nil, requirement: String, source: String,
    stimuli: [String] = [], expected: [String] = [], actual: [String] = [], tried: Int = 0,
    bad: Int = 0, evidence: ConformanceEvidence? = nil
  ) {
    self.id = id
    self.slug = slug
    self.level = level
    self.severity = severity
    self.verdict = verdict
    self.skip = skip
    self.requirement = requirement
    self.source = source
    self.stimuli = stimuli
    self.expected = expected
    self.actual = actual
    self.tried = tried
    self.bad = bad
    self.evidence = evidence
  }

  package var scores: Bool { pending != true }

  package enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
    case pass, warn, fail, skip
    /// Measured and not judged.
    case info
    /// The harness failed, or its own provider does not show what the check is about; this says
    /// nothing of the relay.
    case error
  }
}

/// How binding a requirement is.
package enum ConformanceLevel: String, Hashable, Sendable, Codable, CaseIterable {
  /// A standard or the vendor's own document says so.
  case must
  /// Nothing binds a relay, but who breaks it loses data, money or secrets: our own rule.
  case mustByPolicy = "must*"
  /// Recommended, or real clients break.
  case should
  case may

  /// Whether a breach fails the run.
  package var isBinding: Bool { self == .must || self == .mustByPolicy }
}

package enum ConformanceSeverity: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  case minor, major, critical

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// Why a check was not run; closed.
package enum SkipReason: String, Hashable, Sendable, Codable, CaseIterable {
  case unsupportedFormat = "unsupported-format"
  case noUpstreamControl = "no-upstream-control"
  case singleProvider = "single-provider"
  case noTLS = "no-tls"
  case noHTTP2 = "no-h2"
  case noCache = "no-cache"
  case oneKey = "one-key"
  case limitsUnknown = "limits-unknown"
  case notObservable = "not-observable"
  case liveNondeterministic = "live-nondeterministic"
  case optIn = "opt-in"
}

/// The wire log of one exchange that a verdict rests on, and of the same without the relay.
package struct ConformanceEvidence: Hashable, Sendable, Codable {
  package var stimulus: String
  package var relayed: WireLog
  package var direct: WireLog?

  package init(stimulus: String, relayed: WireLog, direct: WireLog?) {
    self.stimulus = stimulus
    self.relayed = relayed
    self.direct = direct
  }
}

/// What came in one exchange, and when: times count from when the request left.
package struct WireLog: Hashable, Sendable, Codable {
  package var status: Int
  package var headers: [HeaderField]
  package var end: String
  package var endNs: Nanoseconds
  package var reads: [Entry]
  /// What the provider wrote for it, in the words of the script.
  package var writes: [Entry]
  /// Bytes of the body that are left out here.
  package var cutBytes: Int

  package init(
    status: Int, headers: [HeaderField], end: String, endNs: Nanoseconds, reads: [Entry],
    writes: [Entry], cutBytes: Int
  ) {
    self.status = status
    self.headers = headers
    self.end = end
    self.endNs = endNs
    self.reads = reads
    self.writes = writes
    self.cutBytes = cutBytes
  }

  package struct Entry: Hashable, Sendable, Codable {
    package var atNs: Nanoseconds
    /// Bytes that are no UTF-8 stand as U+FFFD.
    package var text: String

    package init(atNs: Nanoseconds, text: String) {
      self.atNs = atNs
      self.text = text
    }
  }
}
