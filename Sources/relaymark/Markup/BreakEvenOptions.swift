import Core
import Foundation
import Judging

/// The figures of `--breakeven`, which are the user's own; what is not given is asked for.
enum BreakEvenOptions {
  static let options = [
    Option(name: "breakeven", value: nil, help: "when hosting a relay oneself costs less"),
    Option(name: "infrastructure", value: "AMOUNT", help: "machines and traffic, a month"),
    Option(name: "hours", value: "N", help: "hours of work a month; 0 only if it is said"),
    Option(name: "wage", value: "AMOUNT", help: "what an hour of work costs"),
    Option(
      name: "subscription", value: "AMOUNT", help: "of the hosted relay, a month (default: 0)"),
    Option(
      name: "markup", value: "SHARE",
      help:
        "of the hosted relay, such as 5.5% (default: the all-in markup of the\none relay in the records)"
    ),
    Option(
      name: "discount", value: "SHARE",
      help: "what buying from the provider itself is cheaper by besides (default: 0)"),
    Option(
      name: "blended", value: "AMOUNT",
      help:
        "a million tokens, input and output as you mix them (default: that\nof the answers in the records)"
    ),
    Option(name: "currency", value: "CODE", help: "of all amounts (default: USD)"),
  ]

  static let names = options.map(\.name).filter { $0 != "breakeven" }

  static func inputs(
    _ arguments: Arguments, _ record: MarkupRecord
  ) throws(CommandError) -> BreakEvenRecord.Inputs {
    let currency = try arguments.value("currency") ?? "USD"
    guard let code = Money.Currency(currency)?.code else {
      throw .usage("--currency takes three letters such as USD, not \"\(currency)\"")
    }
    guard let hours = try MarkupOptions.amount(arguments, "hours") else {
      throw .usage(
        "--hours=N: how many hours a month does somebody work on a relay of your own (updates, keys, "
          + "alarms)? It is never taken to be nothing; say --hours=0 if it is")
    }
    let given = try MarkupOptions.amount(arguments, "wage")
    guard let wage = hours == 0 ? given ?? 0 : given else {
      throw .usage("--wage=AMOUNT: what does an hour of that work cost?")
    }
    guard let infrastructure = try MarkupOptions.amount(arguments, "infrastructure") else {
      throw .usage("--infrastructure=AMOUNT: what do the machines cost a month?")
    }
    return BreakEvenRecord.Inputs(
      infrastructure: Exact(infrastructure), hours: Exact(hours), wage: Exact(wage),
      subscription: Exact(try subscription(arguments, record)),
      markup: Exact(try markup(arguments, record)),
      discount: Exact(try MarkupOptions.share(arguments, "discount") ?? 0),
      blended: Exact(try blended(arguments, record)), currency: code)
  }

  private static func subscription(
    _ arguments: Arguments, _ record: MarkupRecord
  ) throws(CommandError) -> Decimal {
    if let amount = try MarkupOptions.amount(arguments, "subscription") { return amount }
    return record.relays.count == 1 ? record.relays[0].monthly?.value ?? 0 : 0
  }

  private static func markup(
    _ arguments: Arguments, _ record: MarkupRecord
  ) throws(CommandError) -> Decimal {
    if let share = try MarkupOptions.share(arguments, "markup") { return share }
    guard record.relays.count == 1 else {
      throw .usage(
        "--markup=SHARE: what does the hosted relay charge over the price, such as 5.5%?")
    }
    guard let share = record.relays[0].allIn.value else {
      throw .usage(
        "--markup=SHARE: the record does not say it (\(record.relays[0].allIn.reason)); give one "
          + "such as 5.5%")
    }
    return share.value
  }

  private static func blended(
    _ arguments: Arguments, _ record: MarkupRecord
  ) throws(CommandError) -> Decimal {
    if let amount = try MarkupOptions.amount(arguments, "blended") { return amount }
    guard record.relays.count == 1, let price = record.relays[0].blended else {
      throw .usage(
        "--blended=AMOUNT: what do a million tokens cost, input and output as you mix them?")
    }
    return price.value
  }
}
