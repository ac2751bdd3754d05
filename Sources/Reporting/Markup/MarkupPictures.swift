import Core
import Foundation

extension MarkupContent {
  private struct Measured {
    var index: Int
    var relay: RelayMarkup
    var share: Exact
    var delay: RelaySpeed.Quantiles
  }

  private func measured(
    _ delay: KeyPath<RelaySpeed, RelaySpeed.Quantiles?>
  ) -> [Measured] {
    relays.enumerated().compactMap { index, relay in
      guard let share = relay.allIn.value, let delay = relay.speed[keyPath: delay] else {
        return nil
      }
      return Measured(index: index, relay: relay, share: share, delay: delay)
    }
  }

  private func front(_ places: [Measured]) -> ParetoFront {
    ParetoFront(
      places.map { .init(index: $0.index, share: $0.share.value, delay: $0.delay.p50) })
  }

  var pictures: [Block] {
    plane(\.addedTTFT, "added TTFT", "ttft", "Markup against added TTFT")
      + plane(\.addedChunk, "added per chunk", "chunk", "Markup against added delay per chunk")
  }

  private func plane(
    _ path: KeyPath<RelaySpeed, RelaySpeed.Quantiles?>, _ name: String, _ id: String,
    _ title: String
  ) -> [Block] {
    let places = measured(path)
    var blocks: [Block] = [.heading(2, title, anchor: "plane-\(id)")]
    let absent = relays.indices.filter { index in !places.contains { $0.index == index } }
    if !places.isEmpty {
      let front = front(places)
      let points = places.map { place in
        let isBest = front.best.contains { $0.index == place.index }
        let share = MarkupWords.share(place.relay.allIn)
        return PlaneChart.Point(
          letter: Content.letter(place.index), label: place.relay.name, x: place.delay.p50,
          y: place.share.value.approximate, xInterval: (place.delay.low, place.delay.high),
          yInterval: (
            (place.relay.allIn.low ?? place.share).value.approximate,
            (place.relay.allIn.high ?? place.share).value.approximate
          ), index: place.index, isBest: isBest,
          words: "\(place.relay.name): \(share) at \(Figure.duration(place.delay.p50)), from"
            + " \(Figure.duration(place.delay.low)) to \(Figure.duration(place.delay.high))"
            + (isBest ? ", on the Pareto front" : ""))
      }
      blocks.append(
        .plane(
          PlaneChart(
            id: "plane-\(id)", title: title,
            caption:
              "All-in markup (up) against the median of \(name) (right), with the interval of"
              + " 95 % of the median and the extremes of single answers. Ringed: no other relay is"
              + " both cheaper and faster (Pareto front).",
            across: (name, .time), up: ("all-in markup", .share), points: points)))
      blocks += steps(front)
    }
    if !absent.isEmpty {
      let reasons = absent.map { index in
        let relay = relays[index]
        let reason =
          relay.allIn.value == nil ? "all-in markup \(relay.allIn.reason)" : relay.speed.reason
        return "\(Content.letter(index)) · \(relay.name) is not in the picture: \(reason)"
      }
      blocks.append(.list(reasons))
    }
    return blocks
  }

  private func steps(_ front: ParetoFront) -> [Block] {
    let currency = relays.first { !$0.currency.isEmpty }?.currency ?? ""
    let rows = front.steps.map { step in
      [
        Cell.text(relays[step.fast].name), .text(relays[step.cheap].name),
        .number("\(Figure.significant(step.milliseconds)) ms"),
        .number("\(DecimalText.text(DecimalText.rounded(step.price, places: 6))) \(currency)"),
      ]
    }
    guard !rows.isEmpty else { return [] }
    return [
      .table(
        Table(
          caption: "What a saved millisecond costs along the Pareto front, on 1,000 \(currency) of"
            + " spending at the provider's price.",
          columns: [
            .text("faster"), .text("cheaper"), .number("saved"), .number("for each ms saved"),
          ], rows: rows))
    ]
  }

  // MARK: Break-even

  var breakEven: [Block] {
    guard let even = record.breakEven else { return [] }
    let currency = even.inputs.currency
    func money(_ amount: Exact) -> String { "\(amount) \(currency)" }
    let inputs = even.inputs
    let facts = [
      Fact(term: "infrastructure", text: "\(money(inputs.infrastructure)) a month"),
      Fact(
        term: "work",
        text: "\(inputs.hours) hours a month at \(money(inputs.wage))"
          + (inputs.hours.value == 0 ? ": developer time is said to be nothing" : "")),
      Fact(term: "subscription of the relay", text: "\(money(inputs.subscription)) a month"),
      Fact(term: "markup of the relay", text: DecimalText.percent(inputs.markup.value)),
      Fact(term: "cheaper directly by", text: DecimalText.percent(inputs.discount.value)),
      Fact(term: "blended price", text: "\(money(inputs.blended)) a million tokens"),
    ]
    let rows = even.sensitivity.map { row in
      [Cell.text(row.input), .number(sensitive(row, currency)), .text(row.words)]
    }
    return [
      .heading(2, "When hosting it oneself pays", anchor: "break-even"),
      .paragraph(even.verdict.prefix(1).uppercased() + even.verdict.dropFirst() + "."),
      .facts(facts), .plane(costs(even)),
      .table(
        Table(
          caption: "The break-even with one input halved or doubled.",
          columns: [.text("input"), .number("becomes"), .text("break-even a month")], rows: rows)),
      .paragraph("\u{201C}10 million tokens a month\u{201D}, as it is often quoted:"),
      .list(even.quoted),
    ]
  }

  private func sensitive(_ row: BreakEvenRecord.Row, _ currency: String) -> String {
    switch row.input {
    case "markup": DecimalText.percent(row.value.value)
    case "hours": "\(row.value) hours"
    default: "\(row.value) \(currency)"
    }
  }

  private func costs(_ even: BreakEvenRecord) -> PlaneChart {
    func line(_ path: KeyPath<BreakEvenRecord.Point, Exact>) -> [(x: Double, y: Double)] {
      // Where the relay's cost dwarfs all else there is nothing left to compare.
      let limit = 4 * max(even.fixed.value, 1)
      return even.curve.filter { $0.hosted.value <= limit }.map {
        ($0.tokens.value.approximate, $0[keyPath: path].value.approximate)
      }
    }
    return PlaneChart(
      id: "break-even", title: "Cost a month by volume",
      caption:
        "What the hosted relay (A) and one's own (B) cost a month beyond the provider's price,"
        + " in \(even.inputs.currency), by tokens a month.",
      across: ("tokens a month", .tokens), up: ("cost a month", .money(even.inputs.currency)),
      lines: [
        .init(letter: "A", label: "hosted relay", points: line(\.hosted), style: "curve s1"),
        .init(letter: "B", label: "one's own", points: line(\.own), style: "curve s0"),
      ],
      mark: even.tokens.map { ($0.value.approximate, "break-even") })
  }
}
