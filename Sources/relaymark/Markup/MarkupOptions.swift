import Core
import Foundation
import Harness
import Judging
import Wire

/// What `markup` reads: records, price lists, fees.
enum MarkupOptions {
  static let options = [
    Option(
      name: "prices", value: "FILE",
      help: "the provider's prices: a list of OpenRouter's or LiteLLM's, or a table of\n"
        + "one's own (README, \"Prices\"); of several the first that has the model"),
    Option(
      name: "relay-prices", value: "TARGET=FILE",
      help: "what a relay charges, where its answers do not say what they cost"),
    Option(
      name: "fetch-prices", value: nil,
      help: "get the lists that the targets' files name; nothing is fetched otherwise"),
    Option(name: "price-model", value: "ENTRY", help: "the entry of the list to price all with"),
    Option(name: "direct", value: "TARGET", help: "the target that is the provider itself"),
    Option(
      name: "fees", value: "TARGET=NAME",
      help: "whose fees a target has: a name of relaymark list targets, or none\n"
        + "(default: those of the target's own name)"),
    Option(name: "credit", value: "AMOUNT", help: "how much credit is bought at a time"),
    Option(name: "own-key", value: nil, help: "the provider's key is the customer's own"),
    Option(name: "requests", value: "N", help: "requests a month, by which some fees go"),
    Option(name: "out", value: "DIR", help: "write markup.json, markup.md and markup.html there"),
    Option(name: "json", value: nil, help: "print the record as JSON"),
    Option(name: "require-pass", value: nil, help: "exit 3 if an all-in markup is not known"),
  ]

  static func input(_ arguments: Arguments) throws(CommandError) -> MarkupJudge.Input {
    var records: [(file: String, record: RunRecord)] = []
    for operand in arguments.operands {
      let path = RecordFile.locate(operand)
      guard case .run(let record) = try Judged.read(path).record else {
        throw .usage("\(path) is no record of a run, and only those say what answers cost")
      }
      records.append((path, record))
    }
    var input = MarkupJudge.Input(records: records, prices: [])
    let names = Set(records.flatMap { $0.record.targets.map(\.name) }).sorted()
    for file in arguments.all("prices") { input.prices.append(try list(file)) }
    for text in arguments.all("relay-prices") {
      let (target, file) = try pair(text, "relay-prices", names)
      input.relayPrices[target] = try list(file)
    }
    try addPresets(&input, names, arguments)
    guard !input.prices.isEmpty else {
      throw .usage(
        "no prices: give --prices=FILE, such as LiteLLM's model_prices_and_context_window.json or a "
          + "table of your own (README, \"Prices\"), or --fetch-prices for targets known by name")
    }
    input.credit = try amount(arguments, "credit")
    if let credit = input.credit, credit <= 0 { throw .usage("--credit must be above zero") }
    input.ownKey = arguments.flag("own-key")
    input.requests = try arguments.number("requests", in: 1...1_000_000_000_000)
    input.priceModel = try arguments.value("price-model")
    input.direct = try arguments.value("direct") ?? input.direct
    if let direct = try arguments.value("direct"), !names.contains(direct) {
      throw .usage("--direct=\(direct): no such target in these records (\(listed(names)))")
    }
    return input
  }

  /// Fees by the names of the targets, and which of them is a provider.
  private static func addPresets(
    _ input: inout MarkupJudge.Input, _ names: [String], _ arguments: Arguments
  ) throws(CommandError) {
    var presets: [String: String] = [:]
    for name in names { presets[name] = name }
    for text in arguments.all("fees") {
      let (target, preset) = try pair(text, "fees", names)
      presets[target] = preset
      guard preset != "none", try TargetPresets.find(preset) == nil else { continue }
      throw .usage("--fees=\(text): no target \(preset) (relaymark list targets)")
    }
    for (name, preset) in presets.sorted(by: { $0.key < $1.key }) {
      if preset == "none" {
        input.fees[name] = FeePlan()
        continue
      }
      guard let found = try TargetPresets.find(preset) else {
        if preset == "builtin" { input.fees[name] = FeePlan() }
        continue
      }
      input.fees[name] = found.fees
      if found.isProvider, names.count > 1, input.direct == nil { input.direct = name }
      guard arguments.flag("fetch-prices"), let address = found.prices else { continue }
      input.prices.append(try fetch(address))
    }
    if arguments.flag("fetch-prices"), input.prices.isEmpty {
      throw .usage(
        "--fetch-prices: none of \(listed(names)) is a target whose list can be fetched; give "
          + "--prices=FILE")
    }
  }

  private static func fetch(_ address: String) throws(CommandError) -> PriceList {
    Terminal.note("getting \(address)")
    let bytes: [UInt8]
    do throws(CampaignError) {
      bytes = try Download.get(address)
    } catch {
      throw CommandError(code: .incomplete, message: error.message)
    }
    let now = WallTime(nanoseconds: Int64(Date().timeIntervalSince1970) * 1_000_000_000)
    return try read(bytes, name: address, date: String(now.description.prefix(10)))
  }

  private static func list(_ file: String) throws(CommandError) -> PriceList {
    let bytes = try ScenarioFiles.bytes(file, atMost: Limits.priceListBytes)
    let attributes = try? FileManager.default.attributesOfItem(atPath: file)
    let seconds = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    let date = WallTime(nanoseconds: Int64(seconds) * 1_000_000_000)
    return try read(
      bytes, name: file, date: "\(date.description.prefix(10)) (the file's date)")
  }

  private static func read(
    _ bytes: [UInt8], name: String, date: String
  ) throws(CommandError) -> PriceList {
    do throws(PriceListError) {
      return try PriceLists.read(bytes, name: name, date: date)
    } catch {
      throw .usage("\(error)")
    }
  }

  // MARK: Values

  private static func pair(
    _ text: String, _ option: String, _ names: [String]
  ) throws(CommandError) -> (target: String, value: String) {
    guard let equals = text.firstIndex(of: "="), text.index(after: equals) < text.endIndex else {
      throw .usage("--\(option) takes TARGET=VALUE, not \"\(text)\"")
    }
    let target = String(text[..<equals])
    guard names.contains(target) else {
      throw .usage(
        "--\(option)=\(text): no target \(target) in these records (\(listed(names)))")
    }
    return (target, String(text[text.index(after: equals)...]))
  }

  static func amount(_ arguments: Arguments, _ name: String) throws(CommandError) -> Decimal? {
    guard let text = try arguments.value(name) else { return nil }
    guard let value = DecimalText.parse(text), value >= 0 else {
      throw .usage("--\(name) takes an amount such as 50 or 12.50, not \"\(text)\"")
    }
    return value
  }

  /// `5.5%` or `0.055`.
  static func share(_ arguments: Arguments, _ name: String) throws(CommandError) -> Decimal? {
    guard let text = try arguments.value(name) else { return nil }
    let isPercent = text.hasSuffix("%")
    guard let value = DecimalText.parse(isPercent ? String(text.dropLast()) : text) else {
      throw .usage("--\(name) takes a share such as 5.5% or 0.055, not \"\(text)\"")
    }
    let share = isPercent ? value / 100 : value
    guard share >= 0, share <= 10 else {
      throw .usage("--\(name)=\(text) is no share; 5.5% is written 5.5% or 0.055")
    }
    return share
  }

  private static func listed(_ names: [String]) -> String {
    names.isEmpty ? "there is none" : names.joined(separator: ", ")
  }
}
