/// An empirical distribution function, ready to be drawn as steps.
package enum ECDF {
  package struct Point: Hashable, Sendable {
    package var value: Double
    /// The share of samples at or below `value`, in 0...1.
    package var share: Double

    package init(value: Double, share: Double) {
      self.value = value
      self.share = share
    }
  }

  /// One point for each distinct sample, thinned to `bound` points; `sorted` is ascending.
  package static func points(_ sorted: [Double], atMost bound: Int) -> [Point] {
    var points: [Point] = []
    for (index, value) in sorted.enumerated() {
      let share = Double(index + 1) / Double(sorted.count)
      if let last = points.indices.last, points[last].value == value {
        points[last].share = share
      } else {
        points.append(Point(value: value, share: share))
      }
    }
    return Thinning.evenly(points, keeping: bound)
  }
}
