/// All samples of one measure: exact up to a bound, a histogram beyond.
///
/// Which of the two stands in the record, since a figure is as exact as what it was made from.
package struct Series: Sendable {
  private var exact: [Double] = []
  private var histogram: Histogram?
  private let bound: Int

  /// - Parameter bound: how many samples are kept as they are.
  package init(exactUpTo bound: Int) { self.bound = bound }

  /// What another series had counted.
  package init(_ histogram: Histogram, exactUpTo bound: Int) {
    self.histogram = histogram
    self.bound = bound
  }

  package var count: Int { histogram?.count ?? exact.count }
  package var isExact: Bool { histogram == nil }
  /// The counts of a series that is not exact.
  package var counts: Histogram? { histogram }

  package mutating func add(_ value: Double) {
    if histogram?.add(value) != nil { return }
    exact.append(value)
    guard exact.count > bound else { return }
    histogram = counted
    exact = []
  }

  package mutating func add(_ values: [Double]) { for value in values { add(value) } }

  /// The union of both, exact while it fits.
  package static func += (left: inout Series, right: Series) {
    guard let counts = right.histogram else {
      return left.add(right.exact)
    }
    left.histogram = left.counted + counts
    left.exact = []
  }

  private var counted: Histogram {
    if let histogram { return histogram }
    var made = Histogram()
    for value in exact { made.add(value) }
    return made
  }

  /// The figures to publish; nil without samples.
  /// - Parameter kept: how many samples stay for charts.
  package func summary(keeping kept: Int) -> Summary? {
    guard let histogram else { return Summary(exact, keeping: kept) }
    return Summary(histogram, keeping: kept)
  }
}
