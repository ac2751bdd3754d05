/// What relays charge over the provider's price, beside what they add to a stream (`markup.json`,
/// schema in `reports/schema/`). Amounts and shares are decimals, as text.
package struct MarkupRecord: Hashable, Sendable, Codable {
  package static let schemaID = "relaymark.markup/1"

  package var schema = MarkupRecord.schemaID
  package var tool: RunRecord.Tool
  package var lists: [List]
  package var relays: [RelayMarkup]
  package var breakEven: BreakEvenRecord?
  /// What a reader should know of all of it.
  package var remarks: [String]

  package init(
    tool: RunRecord.Tool, lists: [List] = [], relays: [RelayMarkup] = [],
    breakEven: BreakEvenRecord? = nil, remarks: [String] = []
  ) {
    self.tool = tool
    self.lists = lists
    self.relays = relays
    self.breakEven = breakEven
    self.remarks = remarks
  }

  /// A price list that was read.
  package struct List: Hashable, Sendable, Codable {
    package var name: String
    package var form: String
    /// As of when.
    package var date: String
    package var models: Int
    /// Entries that cannot be priced, with their reasons.
    package var unpriced: [Unpriced]

    package init(name: String, form: String, date: String, models: Int, unpriced: [Unpriced]) {
      self.name = name
      self.form = form
      self.date = date
      self.models = models
      self.unpriced = unpriced
    }
  }

  package struct Unpriced: Hashable, Sendable, Codable {
    package var entry: String
    package var reason: String

    package init(entry: String, reason: String) {
      self.entry = entry
      self.reason = reason
    }
  }
}

/// One relay: money on one side, time on the other.
package struct RelayMarkup: Hashable, Sendable, Codable {
  package var name: String
  package var topology: TargetRecord.Topology
  package var model: String
  /// The records that it is from, and when the first of them began.
  package var files: [String]
  package var startedAt: String
  package var currency: String
  /// Which price was taken, from where, as of when; why there is none.
  package var price: String
  /// Answers with a usage report, and those that could be priced at the provider's price.
  package var answers: Int
  package var priced: Int
  /// What the provider's price gives at the relay's counts, and what the relay charged, of the
  /// answers that have both.
  package var expected: Exact?
  package var billed: Exact?
  /// A million tokens of these answers at the provider's price, input and output as they are.
  package var blended: Exact?
  /// Billed over expected at the relay's own counts, minus one (m₁).
  package var overPrice: MarkupFigure
  /// Expected at the relay's counts over expected at the direct ones, minus one (m₂).
  package var overCount: MarkupFigure
  /// The same of input and of output tokens alone.
  package var inputCount: MarkupFigure
  package var outputCount: MarkupFigure
  /// Of buying credit, or of one's own key (φ).
  package var fee: MarkupFigure
  /// (1 + m₁)(1 + m₂)(1 + φ) − 1.
  package var allIn: MarkupFigure
  /// A month whatever the tokens.
  package var monthly: Exact?
  /// Input tokens against words sent, through the relay and directly, and relay against direct.
  package var lines: [TokenLine]
  /// What was found, in a sentence each, with its figure.
  package var findings: [String]
  /// What does not add up, and how often.
  package var problems: [String]
  package var speed: RelaySpeed

  package init(name: String, topology: TargetRecord.Topology, model: String) {
    self.name = name
    self.topology = topology
    self.model = model
    files = []
    startedAt = ""
    currency = ""
    price = ""
    answers = 0
    priced = 0
    overPrice = MarkupFigure()
    overCount = MarkupFigure()
    inputCount = MarkupFigure()
    outputCount = MarkupFigure()
    fee = MarkupFigure()
    allIn = MarkupFigure()
    lines = []
    findings = []
    problems = []
    speed = RelaySpeed()
  }
}

/// A share with the answers it is from; without a value it says why.
package struct MarkupFigure: Hashable, Sendable, Codable {
  package var value: Exact?
  /// The least and the most of any one answer.
  package var low: Exact?
  package var high: Exact?
  /// Answers or pairs that it is from.
  package var n: Int
  /// Why there is none, or what it leaves out.
  package var reason: String

  package init(
    value: Exact? = nil, low: Exact? = nil, high: Exact? = nil, n: Int = 0, reason: String = ""
  ) {
    self.value = value
    self.low = low
    self.high = high
    self.n = n
    self.reason = reason
  }
}

/// A straight line through token counts by exact least squares.
package struct TokenLine: Hashable, Sendable, Codable {
  /// `relay: tokens by words`, `direct: tokens by words`, `relay by direct`.
  package var name: String
  package var slope: Exact
  package var intercept: Exact
  package var n: Int
  /// The largest distance of a point from the line.
  package var residual: Exact

  package init(name: String, slope: Exact, intercept: Exact, n: Int, residual: Exact) {
    self.name = name
    self.slope = slope
    self.intercept = intercept
    self.n = n
    self.residual = residual
  }
}

/// What the relay adds to a stream, and how often it fails.
package struct RelaySpeed: Hashable, Sendable, Codable {
  package var ttft: Quantiles?
  package var addedTTFT: Quantiles?
  package var addedChunk: Quantiles?
  package var exchanges = 0
  package var failures = 0
  /// Verdicts by outcome.
  package var verdicts: [String: Int] = [:]
  /// Why there is no added delay.
  package var reason = ""

  package init() {}

  /// Nanoseconds.
  package struct Quantiles: Hashable, Sendable, Codable {
    package var n: Int
    package var p50: Double
    package var p95: Double
    package var p99: Double
    /// An interval of 95 % for the median.
    package var low: Double
    package var high: Double

    package init(n: Int, p50: Double, p95: Double, p99: Double, low: Double, high: Double) {
      self.n = n
      self.p50 = p50
      self.p95 = p95
      self.p99 = p99
      self.low = low
      self.high = high
    }
  }
}
