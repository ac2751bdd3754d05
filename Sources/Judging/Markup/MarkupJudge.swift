package import Core
package import Foundation

/// Puts together what relays cost, from run records, price lists and fees.
package struct MarkupJudge {
  package struct Input: Sendable {
    package var records: [(file: String, record: RunRecord)]
    /// The provider's prices; the first list that has a model is taken.
    package var prices: [PriceList]
    /// Prices that a relay charges, by its name, for relays whose answers do not say what they cost.
    package var relayPrices: [String: PriceList] = [:]
    package var fees: [String: FeePlan] = [:]
    /// How much credit is bought at a time.
    package var credit: Decimal?
    /// Whether the customer brings a key of the provider's.
    package var ownKey = false
    /// Requests a month.
    package var requests: Int?
    /// The target that is the provider itself.
    package var direct: String?
    /// The entry of the price list that all answers are of.
    package var priceModel: String?

    package init(records: [(file: String, record: RunRecord)], prices: [PriceList]) {
      self.records = records
      self.prices = prices
    }
  }

  let input: Input

  /// One target in one record.
  struct Part {
    var file: String
    var record: RunRecord
    var target: TargetRecord
  }

  package static func judge(_ input: Input, tool: RunRecord.Tool) -> MarkupRecord {
    MarkupJudge(input: input).record(tool)
  }

  private func record(_ tool: RunRecord.Tool) -> MarkupRecord {
    var record = MarkupRecord(tool: tool, lists: input.prices.map(Self.list))
    // Several relays may have the prices of one list.
    for (_, prices) in input.relayPrices.sorted(by: { $0.key < $1.key }) {
      let list = Self.list(prices)
      if !record.lists.contains(list) { record.lists.append(list) }
    }
    let parts = input.records.flatMap { file, record in
      record.targets.map { Part(file: file, record: record, target: $0) }
    }
    let direct = parts.filter(isDirect)
    var names: [String] = []
    for part in parts where !isDirect(part) && !names.contains(part.target.name) {
      names.append(part.target.name)
    }
    record.relays = names.map { name in
      relay(name, parts.filter { $0.target.name == name && !isDirect($0) }, direct)
    }
    if names.isEmpty {
      record.remarks.append("no relay is in these records, only the provider itself")
    }
    for (file, run) in input.records where !run.instrument.fit {
      record.remarks.append(
        "\(file): the machine was not fit to measure, so that its delays cannot be relied on")
    }
    for (file, run) in input.records where !run.complete {
      record.remarks.append("\(file) is of a run that was not completed: \(run.note)")
    }
    return record
  }

  /// Asking for a cost may slow a relay down, so that it is said which exchanges are for what.
  private static func separation(_ parts: [Part], _ forCost: [Part]) -> [String] {
    guard !forCost.isEmpty else { return [] }
    func names(_ parts: [Part]) -> String {
      Array(Set(parts.map(\.target.scenario.name))).sorted().joined(separator: ", ")
    }
    let others = parts.filter { !$0.target.scenario.isForCost }
    guard !others.isEmpty else {
      return [
        "all exchanges (\(names(forCost))) were sent for their cost, which may make a relay slower:"
          + " delays need another scenario"
      ]
    }
    return [
      "cost and delay are of separate exchanges: cost of \(names(forCost)), delay of \(names(others))"
    ]
  }

  private func isDirect(_ part: Part) -> Bool {
    part.target.topology == .direct || part.target.name == input.direct
  }

  private static func list(_ list: PriceList) -> MarkupRecord.List {
    MarkupRecord.List(
      name: list.name, form: list.form.rawValue, date: list.date, models: list.prices.count,
      unpriced: list.unpriced.map { .init(entry: $0.entry, reason: $0.reason) })
  }

  private func relay(_ name: String, _ parts: [Part], _ direct: [Part]) -> RelayMarkup {
    var sums = RelaySums(input: input, name: name)
    let forCost = parts.filter { $0.target.scenario.isForCost }
    for part in forCost.isEmpty ? parts : forCost {
      sums.add(part, direct: directBills(of: part, direct))
    }
    var relay = sums.finish(topology: parts[0].target.topology)
    relay.files = Array(Set(parts.map(\.file))).sorted()
    relay.startedAt = parts.map(\.record.startedAt).min() ?? ""
    relay.speed = SpeedReading.of(
      parts.filter { !$0.target.scenario.isForCost }.map(\.target), direct: direct.map(\.target))
    relay.findings += Self.separation(parts, forCost)
    return relay
  }

  /// Answers to the same requests without the relay, by the number of the exchange.
  private func directBills(of part: Part, _ direct: [Part]) -> [Int: ReadBill] {
    var bills: [Int: ReadBill] = [:]
    for other in direct
    where other.record.seed == part.record.seed
      && other.target.scenario.name == part.target.scenario.name
      && other.target.scenario.digest == part.target.scenario.digest
    {
      for bill in other.target.cost?.bills ?? [] {
        bills[bill.ordinal] = ReadBill(bill, dialect: other.target.dialect)
      }
    }
    for bill in part.target.cost?.direct ?? [] {
      bills[bill.ordinal] = ReadBill(bill, dialect: part.target.dialect)
    }
    return bills
  }
}

extension MarkupJudge.Input {
  /// The provider's price of a model, with the list that it is from.
  func price(of model: String) -> Result<(price: ModelPrice, list: PriceList), PriceProblem> {
    Self.find(priceModel ?? model, in: prices)
  }

  /// What the relay says that it charges for a model; nil if nobody gave its prices.
  func relayPrice(
    of model: String, at relay: String
  ) -> Result<(price: ModelPrice, list: PriceList), PriceProblem>? {
    relayPrices[relay].map { Self.find(priceModel ?? model, in: [$0]) }
  }

  private static func find(
    _ model: String, in lists: [PriceList]
  ) -> Result<(price: ModelPrice, list: PriceList), PriceProblem> {
    var problem: PriceProblem?
    for list in lists {
      switch list.find(model) {
      case .success(let price): return .success((price, list))
      case .failure(let found): problem = problem ?? found
      }
    }
    return .failure(problem ?? .unknown(model: model, near: nil))
  }
}
