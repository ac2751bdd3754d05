package import Core
import Foundation

/// When a relay of one's own costs less than a hosted one.
///
/// S* = (infrastructure + hours × wage − subscription) ÷ (markup + discount of buying directly),
/// T* = 10⁶ · S* ÷ the price of a million tokens as they are mixed.
package enum BreakEven {
  package typealias Inputs = BreakEvenRecord.Inputs

  /// What people quote.
  static let quoted = Decimal(10_000_000 as Int)

  package static func judge(_ inputs: Inputs) -> BreakEvenRecord {
    let (fixed, share) = (fixed(inputs), share(inputs))
    let (spend, tokens, verdict) = result(inputs)
    return BreakEvenRecord(
      inputs: inputs, fixed: Exact(fixed), share: Exact(share), spend: spend.map(Exact.init),
      tokens: tokens.map(Exact.init), verdict: verdict, sensitivity: sensitivity(inputs),
      quoted: quoted(inputs), curve: curve(inputs, around: tokens))
  }

  private static func fixed(_ inputs: Inputs) -> Decimal {
    inputs.infrastructure.value + inputs.hours.value * inputs.wage.value
      - inputs.subscription.value
  }

  private static func share(_ inputs: Inputs) -> Decimal {
    inputs.markup.value + inputs.discount.value
  }

  private static func result(
    _ inputs: Inputs
  ) -> (spend: Decimal?, tokens: Decimal?, words: String) {
    let (fixed, share) = (fixed(inputs), share(inputs))
    if fixed <= 0 {
      return (nil, nil, "hosting is cheaper at any volume: it costs no more than the subscription")
    }
    guard share > 0, let spend = fixed.divided(by: share) else {
      return (nil, nil, "hosting never pays: there is no markup to save")
    }
    guard let perToken = inputs.blended.value.divided(by: Decimal(1_000_000 as Int)),
      let tokens = spend.divided(by: perToken)
    else { return (spend, nil, "tokens are free, so that no number of them pays for hosting") }
    return (
      spend, tokens,
      "hosting is cheaper from \(DecimalText.grouped(spend, places: 2)) \(inputs.currency) of spending"
        + " a month on, which is \(millions(tokens)) million tokens"
    )
  }

  static func millions(_ tokens: Decimal) -> String {
    DecimalText.grouped(tokens / Decimal(1_000_000 as Int), places: 1)
  }

  // MARK: What it hangs on

  private static func sensitivity(_ inputs: Inputs) -> [BreakEvenRecord.Row] {
    let half = Decimal(sign: .plus, exponent: -1, significand: 5)
    let fields: [(String, WritableKeyPath<Inputs, Exact>)] = [
      ("infrastructure", \.infrastructure), ("hours", \.hours), ("wage", \.wage),
      ("markup", \.markup), ("blended price", \.blended),
    ]
    return fields.flatMap { name, path in
      [half, 2].map { factor in
        var changed = inputs
        changed[keyPath: path].value *= factor
        let (_, tokens, words) = result(changed)
        return BreakEvenRecord.Row(
          input: name, value: changed[keyPath: path], tokens: tokens.map(Exact.init),
          words: tokens.map { "\(millions($0)) million tokens" } ?? words)
      }
    }
  }

  /// What would have to be true for hosting to pay from ten million tokens a month on.
  private static func quoted(_ inputs: Inputs) -> [String] {
    let currency = inputs.currency
    let spend = quoted / Decimal(1_000_000 as Int) * inputs.blended.value
    let saved = spend * share(inputs)
    let fixed = fixed(inputs)
    func money(_ amount: Decimal) -> String {
      "\(DecimalText.grouped(amount, places: 2)) \(currency)"
    }
    var lines = [
      "10 million tokens at \(money(inputs.blended.value)) a million are \(money(spend)) of spending,"
        + " of which hosting saves \(money(saved)); hosting costs \(money(fixed)) more"
    ]
    guard fixed > saved else {
      return lines + ["with these figures hosting pays at 10 million tokens a month"]
    }
    lines.append("it would hold if hosting cost at most \(money(saved)) a month, hours included")
    let left = saved + inputs.subscription.value - inputs.infrastructure.value
    if left > 0, let hours = left.divided(by: inputs.wage.value) {
      let minutes = DecimalText.fixed(hours * 60, places: 0)
      lines.append(
        "or with \(minutes) minutes of work a month at \(money(inputs.wage.value)) an hour")
    } else {
      lines.append("no wage and no number of hours makes it hold: the machines cost more than that")
    }
    if let share = fixed.divided(by: spend) {
      lines.append("or with a markup of \(DecimalText.fixed(share * 100, places: 1)) %")
    }
    if share(inputs) > 0, let needed = fixed.divided(by: share(inputs)) {
      lines.append("or if a million tokens cost \(money(needed / 10))")
    }
    return lines
  }

  // MARK: The picture

  /// Five volumes for each power of ten from a hundredth of the break-even to a hundred times it.
  private static func curve(
    _ inputs: Inputs, around tokens: Decimal?
  ) -> [BreakEvenRecord.Point] {
    let steps = ["1", "1.6", "2.5", "4", "6.3"].compactMap { DecimalText.parse($0) }
    var power = Decimal(10_000 as Int)
    if let tokens { while power * 1_000 < tokens, power.exponent < 40 { power *= 10 } }
    var points: [BreakEvenRecord.Point] = []
    for _ in 0..<5 {
      for step in steps { points.append(point(inputs, tokens: power * step)) }
      power *= 10
    }
    points.append(point(inputs, tokens: power))
    return points
  }

  /// Without what both pay alike, the provider's price.
  private static func point(_ inputs: Inputs, tokens: Decimal) -> BreakEvenRecord.Point {
    let spend = tokens * inputs.blended.value / Decimal(1_000_000 as Int)
    return BreakEvenRecord.Point(
      tokens: Exact(tokens),
      hosted: Exact(inputs.subscription.value + spend * inputs.markup.value),
      own: Exact(
        inputs.infrastructure.value + inputs.hours.value * inputs.wage.value
          - spend * inputs.discount.value))
  }
}
