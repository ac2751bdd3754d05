/// What the successful exchanges of one target used and what they were said to cost, one by one:
/// prices have tiers by the length of a prompt, so that sums would not be enough.
package struct CostRecord: Hashable, Sendable, Codable {
  package var bills: [Bill]
  /// Successful exchanges that are not among `bills`, because there were too many.
  package var omitted: Int
  /// Answers to the same requests without the relay, if some were sent there too.
  package var direct: [Bill]?

  package init(bills: [Bill] = [], omitted: Int = 0, direct: [Bill]? = nil) {
    self.bills = bills
    self.omitted = omitted
    self.direct = direct
  }

  /// One answer.
  package struct Bill: Hashable, Sendable, Codable {
    /// Of the exchange: the same number, scenario and seed mean the same request.
    package var ordinal: Int
    /// The model that was asked for, and the one that the answer names.
    package var model: String
    package var answeredBy: String?
    /// Words of all messages of the request, of which a sweep of prompt lengths finds out what each
    /// costs and what is there without any.
    package var words: Int?
    /// Absent if the answer had no usage report.
    package var usage: SentUsage?
    /// Everything in the answer that says what it cost, as it was sent.
    package var charges: [Charge]

    package init(
      ordinal: Int, model: String, answeredBy: String? = nil, words: Int? = nil,
      usage: SentUsage? = nil, charges: [Charge] = []
    ) {
      self.ordinal = ordinal
      self.model = model
      self.answeredBy = answeredBy
      self.words = words
      self.usage = usage
      self.charges = charges
    }
  }

  /// One statement of a cost.
  package struct Charge: Hashable, Sendable, Codable {
    /// Where it stood: `usage.cost`, `header x-litellm-response-cost`.
    package var source: String
    /// As sent; JSON strings with their quotes.
    package var text: String

    package init(source: String, text: String) {
      self.source = source
      self.text = text
    }
  }
}
