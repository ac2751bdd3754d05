import Core
import Foundation

/// Which relays are worth a look: those that no other beats in both price and delay.
struct ParetoFront {
  struct Place {
    var index: Int
    /// All-in markup.
    var share: Decimal
    /// Added delay in nanoseconds.
    var delay: Double
  }

  let best: [Place]

  init(_ places: [Place]) {
    best = places.filter { place in
      !places.contains { other in
        other.share <= place.share && other.delay <= place.delay
          && (other.share < place.share || other.delay < place.delay)
      }
    }.sorted { ($0.delay, $0.index) < ($1.delay, $1.index) }
  }

  /// From the fastest on: what each saved millisecond costs against the next cheaper one, on 1,000 of
  /// spending at the provider's price.
  var steps: [(fast: Int, cheap: Int, milliseconds: Double, price: Decimal)] {
    zip(best, best.dropFirst()).compactMap { fast, cheap in
      let saved = cheap.delay - fast.delay
      guard saved > 0, fast.share > cheap.share,
        let milliseconds = DecimalText.parse(String(Int64(saved.rounded()))),
        let price = ((fast.share - cheap.share) * 1_000 * 1_000_000).divided(by: milliseconds)
      else { return nil }
      return (fast.index, cheap.index, saved / 1e6, price)
    }
  }
}
