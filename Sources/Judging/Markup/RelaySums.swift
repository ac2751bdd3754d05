import Core
import Foundation

/// Adds up the answers of one relay.
struct RelaySums {
  private let input: MarkupJudge.Input
  private let name: String
  private var model = ""
  private var answers = 0
  private var priced = 0
  private var price: (price: ModelPrice, list: PriceList)?
  private var priceProblem: String?
  private var currency: Money.Currency?
  private var money = SumPair()
  private var count = SumPair()
  private var inputCount = SumPair()
  private var outputCount = SumPair()
  private var explanations = Explanations()
  private var points: [(words: Int?, relay: Int, direct: Int?)] = []
  private var directPoints: [(x: Int, y: Int)] = []
  private var problems: [(text: String, n: Int)] = []
  private var cache = CacheHonesty()
  private var pairs = 0
  /// Whether somebody was asked without the relay, though perhaps nothing that was measured.
  private var hasDirect = false
  private var sources: Set<String> = []
  private var pricedCost: Decimal = 0
  private var pricedTokens: Decimal = 0

  init(input: MarkupJudge.Input, name: String) {
    self.input = input
    self.name = name
  }

  // MARK: Taking in

  mutating func add(_ part: MarkupJudge.Part, direct: [Int: ReadBill]) {
    guard let cost = part.target.cost else {
      note("no answer said anything of its usage or cost")
      return
    }
    hasDirect = hasDirect || !direct.isEmpty
    if cost.omitted > 0 {
      note("\(cost.omitted) answers are not in the record: too many")
    }
    let start = (try? WallTime(literal: part.record.startedAt)) ?? WallTime(nanoseconds: 0)
    for bill in cost.bills {
      add(
        ReadBill(bill, dialect: part.target.dialect), direct[bill.ordinal], at: start,
        end: start + part.record.durationNs)
    }
  }

  private mutating func add(
    _ bill: ReadBill, _ direct: ReadBill?, at start: WallTime, end: WallTime
  ) {
    if model.isEmpty { model = bill.model }
    let hasTable = input.relayPrices[name] != nil
    for problem in bill.problems where !(hasTable && problem.hasPrefix("cost missing")) {
      note(problem)
    }
    guard let usage = bill.usage else { return }
    answers += 1
    cache.add(usage, direct?.usage)
    addTokens(bill, usage, direct)
    guard let found = take(input.price(of: bill.model)) else { return }
    if price == nil { price = found }
    let changes = found.price.overrides.contains {
      $0.hours?.changes(between: start, and: end) ?? false
    }
    if changes {
      note("the price changed while the run went on: that of its start is taken")
    }
    switch ExpectedCost.of(usage, at: found.price, time: start) {
    case .failure(let problem): note("no expected cost: \(problem)")
    case .success(let expected):
      priced += 1
      pricedCost += expected.total
      pricedTokens += Decimal(usage.input) + Decimal(usage.output)
      addMoney(bill, usage, expected, found.price, at: start)
      addPair(direct, expected, found.price, at: start)
    }
  }

  private mutating func addTokens(_ bill: ReadBill, _ usage: UsageBuckets, _ direct: ReadBill?) {
    points.append((bill.words, usage.input, direct?.usage?.input))
    guard let other = direct?.usage else { return }
    pairs += 1
    inputCount.add(Decimal(usage.input), Decimal(other.input))
    outputCount.add(Decimal(usage.output), Decimal(other.output))
    if let words = bill.words { directPoints.append((words, other.input)) }
  }

  private mutating func addMoney(
    _ bill: ReadBill, _ usage: UsageBuckets, _ expected: ExpectedCost, _ price: ModelPrice,
    at time: WallTime
  ) {
    if let currency, currency != price.currency {
      note("\(PriceProblem.mixed(.init(currency, price.currency)))")
      return
    }
    currency = price.currency
    guard let billed = billed(bill, usage, price, at: time) else { return }
    guard expected.total > 0 else {
      if billed > 0 {
        note("the provider's price is zero, so that no share of it is charged")
      }
      return
    }
    money.add(billed, expected.total)
    explanations.add(billed, expected, usage, price: price, time: time)
  }

  /// From the answer, or by the relay's own prices.
  private mutating func billed(
    _ bill: ReadBill, _ usage: UsageBuckets, _ price: ModelPrice, at time: WallTime
  ) -> Decimal? {
    if let billed = bill.billed {
      guard price.currency == .usd else {
        note("\(PriceProblem.mixed(.init(price.currency, .usd)))")
        return nil
      }
      sources.insert(bill.source)
      return billed
    }
    guard let asked = input.relayPrice(of: bill.model, at: name), let found = take(asked) else {
      return nil
    }
    guard found.price.currency == price.currency else {
      note("\(PriceProblem.mixed(.init(price.currency, found.price.currency)))")
      return nil
    }
    switch ExpectedCost.of(usage, at: found.price, time: time) {
    case .failure(let problem):
      note("no cost by the relay's prices: \(problem)")
      return nil
    case .success(let cost):
      sources.insert("the relay's prices in \(found.list.name) (\(found.list.date))")
      return cost.total
    }
  }

  private mutating func addPair(
    _ direct: ReadBill?, _ expected: ExpectedCost, _ price: ModelPrice, at time: WallTime
  ) {
    guard let other = direct?.usage,
      case .success(let cost) = ExpectedCost.of(other, at: price, time: time)
    else { return }
    count.add(expected.total, cost.total)
  }

  private mutating func take<Found>(_ found: Result<Found, PriceProblem>) -> Found? {
    switch found {
    case .success(let value): return value
    case .failure(let problem):
      priceProblem = priceProblem ?? "\(problem)"
      note("\(problem)")
      return nil
    }
  }

  private mutating func note(_ text: String) {
    if let place = problems.firstIndex(where: { $0.text == text }) {
      problems[place].n += 1
    } else if problems.count < 50 {
      problems.append((text, 1))
    }
  }

  // MARK: What comes of it

  func finish(topology: TargetRecord.Topology) -> RelayMarkup {
    var relay = RelayMarkup(name: name, topology: topology, model: model)
    relay.answers = answers
    relay.priced = priced
    relay.currency = currency?.code ?? price?.price.currency.code ?? ""
    relay.price =
      price.map {
        "\($0.price.entry) in \($0.list.name), as of \($0.list.date)"
          + ($0.price.source.map { ", from \($0)" } ?? "")
      } ?? priceProblem ?? "nothing to price"
    if money.n > 0 {
      relay.expected = Exact(money.whole)
      relay.billed = Exact(money.part)
    }
    relay.blended = (pricedCost * 1_000_000).divided(by: pricedTokens).map { Exact($0) }
    relay.overPrice = money.figure(
      none: answers == 0
        ? "no answer reported usage"
        : priced == 0
          ? relay.price
          : sources.isEmpty
            ? "no answer said what it cost; --relay-prices=\(name)=FILE gives the relay's prices"
            : "nothing could be compared",
      of: answers)
    let unpaired =
      hasDirect
      ? "no request that was answered here was answered without the relay, too: run it with --twins=N"
        + " for more of them"
      : "no direct arm: the same scenario and seed sent to the provider itself"
    relay.overCount = count.figure(
      none: pairs == 0 ? unpaired : "no pair could be priced", of: answers)
    relay.inputCount = inputCount.figure(none: unpaired, of: answers)
    relay.outputCount = outputCount.figure(none: unpaired, of: answers)
    (relay.fee, relay.monthly) = Fees.figure(input, relay: name)
    relay.allIn = Fees.allIn(relay)
    relay.lines = lines
    relay.findings = findings
    relay.problems = problems.map { $0.n > 1 ? "\($0.text) (\($0.n) answers)" : $0.text }
    return relay
  }

  private var findings: [String] {
    var found = explanations.findings(currency ?? .usd)
    if !sources.isEmpty {
      found.append("billed amounts are from \(sources.sorted().joined(separator: "; "))")
    }
    return found + TokenFindingsByPair.of(points, lines) + cache.findings
  }

  private var lines: [TokenLine] {
    let words = points.compactMap { point in point.words.map { (x: $0, y: point.relay) } }
    let paired = points.compactMap { point in point.direct.map { (x: $0, y: point.relay) } }
    return [
      TokenLine.through(words, name: "relay: input tokens by words sent"),
      TokenLine.through(directPoints, name: "direct: input tokens by words sent"),
      TokenLine.through(paired, name: "relay's input tokens by direct ones"),
    ].compactMap { $0 }
  }
}

/// Two sums whose quotient is wanted, with the extremes of the single quotients.
struct SumPair {
  private(set) var part: Decimal = 0
  private(set) var whole: Decimal = 0
  private(set) var n = 0
  private var low: Decimal?
  private var high: Decimal?

  mutating func add(_ part: Decimal, _ whole: Decimal) {
    self.part += part
    self.whole += whole
    n += 1
    guard let ratio = part.divided(by: whole) else { return }
    low = min(low ?? ratio, ratio)
    high = max(high ?? ratio, ratio)
  }

  /// Their quotient minus one.
  func figure(none reason: String, of all: Int) -> MarkupFigure {
    guard n > 0 else { return MarkupFigure(reason: reason) }
    guard let ratio = part.divided(by: whole) else {
      return MarkupFigure(n: n, reason: "there is nothing to divide by: the sum is zero")
    }
    return MarkupFigure(
      value: Exact(ratio - 1), low: low.map { Exact($0 - 1) }, high: high.map { Exact($0 - 1) },
      n: n, reason: n < all ? "of \(n) of \(all) answers" : "")
  }
}
