/// When hosting a relay oneself costs less than a hosted one (`relaymark markup --breakeven`).
package struct BreakEvenRecord: Hashable, Sendable, Codable {
  package var inputs: Inputs
  /// What hosting costs a month beyond the hosted relay's subscription.
  package var fixed: Exact
  /// What each unit of spending saves: the hosted markup and what buying directly is cheaper.
  package var share: Exact
  /// The spending and the tokens a month from which on hosting is cheaper; nil if never, or always.
  package var spend: Exact?
  package var tokens: Exact?
  /// In a sentence.
  package var verdict: String
  package var sensitivity: [Row]
  /// What "10 million tokens a month" would need.
  package var quoted: [String]
  /// Cost of both a month at several volumes.
  package var curve: [Point]

  package init(
    inputs: Inputs, fixed: Exact, share: Exact, spend: Exact?, tokens: Exact?, verdict: String,
    sensitivity: [Row], quoted: [String], curve: [Point]
  ) {
    self.inputs = inputs
    self.fixed = fixed
    self.share = share
    self.spend = spend
    self.tokens = tokens
    self.verdict = verdict
    self.sensitivity = sensitivity
    self.quoted = quoted
    self.curve = curve
  }

  /// All by month; shares as shares.
  package struct Inputs: Hashable, Sendable, Codable {
    package var infrastructure: Exact
    package var hours: Exact
    package var wage: Exact
    package var subscription: Exact
    package var markup: Exact
    package var discount: Exact
    /// Of a million tokens, input and output as they are mixed.
    package var blended: Exact
    package var currency: String

    package init(
      infrastructure: Exact, hours: Exact, wage: Exact, subscription: Exact, markup: Exact,
      discount: Exact, blended: Exact, currency: String
    ) {
      self.infrastructure = infrastructure
      self.hours = hours
      self.wage = wage
      self.subscription = subscription
      self.markup = markup
      self.discount = discount
      self.blended = blended
      self.currency = currency
    }
  }

  /// One input changed, the others as they are.
  package struct Row: Hashable, Sendable, Codable {
    package var input: String
    package var value: Exact
    /// Nil if hosting never pays with it, or always does.
    package var tokens: Exact?
    package var words: String

    package init(input: String, value: Exact, tokens: Exact?, words: String) {
      self.input = input
      self.value = value
      self.tokens = tokens
      self.words = words
    }
  }

  package struct Point: Hashable, Sendable, Codable {
    package var tokens: Exact
    package var hosted: Exact
    package var own: Exact

    package init(tokens: Exact, hosted: Exact, own: Exact) {
      self.tokens = tokens
      self.hosted = hosted
      self.own = own
    }
  }
}
