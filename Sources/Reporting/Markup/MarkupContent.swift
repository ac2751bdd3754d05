import Core
import Foundation

/// Money beside milliseconds, as the blocks of a report.
struct MarkupContent {
  let record: MarkupRecord

  init(_ record: MarkupRecord) { self.record = record }

  var relays: [RelayMarkup] { record.relays }

  /// Something that matters is not as it should be, or is not known.
  var status: Headline.Status {
    let isOpen = relays.contains { $0.allIn.value == nil || !$0.problems.isEmpty }
    return isOpen ? .attention : .measured
  }

  var sentence: String {
    guard !relays.isEmpty else {
      return record.breakEven?.verdict.capitalizedFirst ?? "No relay was measured."
    }
    guard relays.count > 2 else { return relays.map(Self.words).joined(separator: "; ") + "." }
    let known = relays.filter { $0.allIn.value != nil }
    var parts = [Figure.counted(relays.count, "relay")]
    // Of those that cost the same the fastest.
    let cheapest = known.min {
      (Self.share($0), Self.delay($0), $0.name) < (Self.share($1), Self.delay($1), $1.name)
    }
    let fastest = relays.filter { $0.speed.addedTTFT != nil }
      .min { Self.delay($0) < Self.delay($1) }
    if let cheapest, let fastest, cheapest.name == fastest.name {
      parts.append("the cheapest and fastest is \(Self.words(cheapest))")
    } else {
      if let cheapest { parts.append("the cheapest is \(Self.words(cheapest))") }
      if let fastest { parts.append("the fastest is \(Self.words(fastest))") }
    }
    if known.count < relays.count {
      parts.append("the all-in markup of \(relays.count - known.count) is not known")
    }
    return parts.joined(separator: "; ") + "."
  }

  private static func delay(_ relay: RelayMarkup) -> Double {
    relay.speed.addedTTFT?.p50 ?? .infinity
  }

  private static func share(_ relay: RelayMarkup) -> Exact { relay.allIn.value ?? Exact(0) }

  private static func words(_ relay: RelayMarkup) -> String {
    let speed = relay.speed.addedTTFT.map {
      ", \(Figure.duration($0.p50)) added to the first token"
    }
    let price =
      relay.allIn.value == nil
      ? "all-in markup not known" : "\(MarkupWords.share(relay.allIn)) all in"
    return "\(relay.name): \(price)\(speed ?? "")"
  }

  var blocks: [Block] {
    guard !relays.isEmpty else { return breakEven + lists }
    return summary + pictures + money + details + breakEven + lists + glossary
  }

  private func cell(_ index: Int) -> Cell {
    Cell(text: relays[index].name, kind: .target(letter: Content.letter(index)))
  }

  // MARK: The table to choose by

  private var summary: [Block] {
    let columns =
      [.text("relay"), .number("all-in markup")]
      + ["added TTFT p50", "p95", "p99", "added per chunk p50", "p95", "p99"].map {
        Table.Column.number($0)
      } + [.number("errors"), .text("checks")]
    let rows = relays.enumerated().map { index, relay in
      let (ttft, chunk) = (relay.speed.addedTTFT, relay.speed.addedChunk)
      let errors = relay.speed.failures
      return [
        cell(index),
        relay.allIn.value == nil
          ? Cell(text: "not known", kind: .alarm(true))
          : .number(MarkupWords.share(relay.allIn)),
        .number(MarkupWords.delay(ttft, \.p50)), .number(MarkupWords.delay(ttft, \.p95)),
        .number(MarkupWords.delay(ttft, \.p99)), .number(MarkupWords.delay(chunk, \.p50)),
        .number(MarkupWords.delay(chunk, \.p95)), .number(MarkupWords.delay(chunk, \.p99)),
        Cell(text: Self.errors(relay.speed), kind: .alarm(errors > 0)),
        .text(Self.checks(relay.speed)),
      ]
    }
    return [
      .heading(2, "Summary", anchor: "summary"),
      .table(Table(caption: "What each relay costs and adds.", columns: columns, rows: rows)),
    ]
  }

  static func errors(_ speed: RelaySpeed) -> String {
    guard speed.exchanges > 0 else { return Figure.none }
    return Figure.percent(Double(speed.failures) / Double(speed.exchanges))
  }

  static func checks(_ speed: RelaySpeed) -> String {
    let words = ["fail", "warn", "inconclusive", "pass"].compactMap { outcome -> String? in
      speed.verdicts[outcome].map { "\($0) \(outcome)" }
    }
    return words.isEmpty ? Figure.none : words.joined(separator: ", ")
  }

  // MARK: Where the money goes

  private var money: [Block] {
    let columns = [
      Table.Column.text("relay"), .number("provider's price"), .number("billed"),
      .number("m₁ over the price"), .number("m₂ over the count"), .number("φ fee"),
      .number("all in"), .number("a month besides"),
    ]
    let rows = relays.enumerated().map { index, relay in
      [
        cell(index), amount(relay.expected, relay), amount(relay.billed, relay),
        figure(relay.overPrice), figure(relay.overCount), figure(relay.fee), figure(relay.allIn),
        amount(relay.monthly, relay),
      ]
    }
    return [
      .heading(2, "Where the money goes", anchor: "money"),
      .table(
        Table(
          caption: "Amounts to the last digit; a dash is not known, and why stands below.",
          columns: columns, rows: rows)),
    ]
  }

  private func amount(_ amount: Exact?, _ relay: RelayMarkup) -> Cell {
    .number(amount.map { "\($0) \(relay.currency)" } ?? Figure.none)
  }

  private func figure(_ figure: MarkupFigure) -> Cell { .number(MarkupWords.share(figure)) }

  // MARK: Relay by relay

  private var details: [Block] {
    var blocks: [Block] = [.heading(2, "Relay by relay", anchor: "relays")]
    for (index, relay) in relays.enumerated() {
      blocks.append(
        .heading(3, "\(Content.letter(index)) · \(relay.name)", anchor: "relay-\(index + 1)"))
      blocks.append(.facts(Self.facts(relay)))
      if !relay.findings.isEmpty { blocks.append(.list(relay.findings)) }
      if !relay.problems.isEmpty {
        blocks.append(.paragraph("What does not add up:"))
        blocks.append(.list(relay.problems))
      }
    }
    return blocks
  }

  static func facts(_ relay: RelayMarkup) -> [Fact] {
    var facts = [
      Fact(term: "model", text: relay.model.isEmpty ? "none" : relay.model),
      Fact(term: "provider's price", text: relay.price),
      Fact(
        term: "answers",
        text: "\(relay.answers) with usage, \(relay.priced) of them priced"),
      Fact(term: "m₁", text: MarkupWords.long(relay.overPrice)),
      Fact(term: "m₂", text: MarkupWords.long(relay.overCount)),
      Fact(term: "m₂, input alone", text: MarkupWords.long(relay.inputCount)),
      Fact(term: "m₂, output alone", text: MarkupWords.long(relay.outputCount)),
      Fact(term: "φ", text: MarkupWords.long(relay.fee)),
      Fact(term: "all in", text: MarkupWords.long(relay.allIn)),
    ]
    for line in relay.lines {
      facts.append(
        Fact(
          term: line.name,
          text: "\(Self.rounded(line.slope)) each, \(Self.rounded(line.intercept)) besides"
            + " (least squares of \(line.n), none further off than \(Self.rounded(line.residual)))")
      )
    }
    if !relay.speed.reason.isEmpty { facts.append(Fact(term: "delay", text: relay.speed.reason)) }
    facts.append(Fact(term: "from", text: relay.files.joined(separator: ", ")))
    return facts
  }

  private static func rounded(_ number: Exact) -> String {
    DecimalText.text(DecimalText.rounded(number.value, places: 6))
  }

  // MARK: Prices

  private var lists: [Block] {
    guard !record.lists.isEmpty else { return [] }
    let rows = record.lists.map { list in
      [
        Cell.text(list.name), .text(list.form), .text(list.date),
        .number(Figure.count(list.models)),
        .number(Figure.count(list.unpriced.count)),
      ]
    }
    var blocks: [Block] = [
      .heading(2, "Prices", anchor: "prices"),
      .table(
        Table(
          caption: "The price lists, and as of when they are.",
          columns: [
            .text("list"), .text("form"), .text("as of"), .number("priced"),
            .number("cannot be priced"),
          ], rows: rows)),
    ]
    for list in record.lists where !list.unpriced.isEmpty {
      let shown = list.unpriced.prefix(200).map { "\($0.entry): \($0.reason)" }
      let more = list.unpriced.count - shown.count
      blocks.append(
        .folded(
          "\(Figure.counted(list.unpriced.count, "entry", "entries")) of \(list.name) cannot be priced",
          [.list(shown + (more > 0 ? ["and \(Figure.count(more)) more, in markup.json"] : []))]))
    }
    return blocks
  }

  private var glossary: [Block] {
    [
      .heading(2, "Glossary", anchor: "glossary"),
      .facts(Glossary.markup.map { Fact(term: $0.name, text: $0.meaning) }),
    ]
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() + "." }
}
