#if canImport(Glibc)
  private import Glibc
#endif

/// Student's t distribution with a whole number of degrees of freedom.
package enum StudentT {
  /// The share of draws within ±t.
  ///
  /// The finite trigonometric series of Abramowitz and Stegun (26.7.3 for odd, 26.7.4 for even
  /// degrees of freedom), exact but for rounding; its angle has the tangent t/√ν.
  package static func share(within t: Double, degrees: Int) -> Double {
    precondition(degrees > 0, "Student's t needs a degree of freedom")
    guard t.isFinite else { return 1 }
    let degreesOfFreedom = Double(degrees)
    let length = (degreesOfFreedom + t * t).squareRoot()
    let sine = t.magnitude / length
    let cosine = degreesOfFreedom.squareRoot() / length
    if degrees.isMultiple(of: 2) {
      var (term, sum) = (1.0, 1.0)
      for step in stride(from: 2, through: degrees - 2, by: 2) {
        term *= cosine * cosine * Double(step - 1) / Double(step)
        sum += term
      }
      return min(1, sine * sum)
    }
    let angle = atan2(sine, cosine)
    guard degrees > 1 else { return 2 * angle / .pi }
    var (term, sum) = (cosine, cosine)
    for step in stride(from: 3, through: degrees - 2, by: 2) {
      term *= cosine * cosine * Double(step - 1) / Double(step)
      sum += term
    }
    return min(1, 2 / .pi * (angle + sine * sum))
  }

  /// The t that a share of `1 - alpha` of all draws does not exceed in size: what a two-sided
  /// interval at that level is wide by.
  package static func quantile(twoSided alpha: Double, degrees: Int) -> Double {
    guard alpha > 0 else { return .infinity }
    guard alpha < 1 else { return 0 }
    return bisect(from: 1) { share(within: $0, degrees: degrees) < 1 - alpha }
  }

  /// The probability of a t at least so large, in a two-sided sense; 1 for what is below zero.
  package static func twoSided(above t: Double, degrees: Int) -> Double {
    t <= 0 ? 1 : 1 - share(within: t, degrees: degrees)
  }

  /// Where `isBelow` turns false, above zero: doubled until it does, then halved to the last bit
  /// that matters.
  static func bisect(from start: Double, _ isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, start)
    while isBelow(high), high < 1e12 { (low, high) = (high, high * 2) }
    while high - low > 1e-12 * high {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { break }
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return high
  }
}

/// The normal distribution, as far as intervals need it.
package enum Normal {
  /// The z that a share of `1 - alpha` of all draws does not exceed in size.
  package static func quantile(twoSided alpha: Double) -> Double {
    guard alpha > 0 else { return .infinity }
    guard alpha < 1 else { return 0 }
    return StudentT.bisect(from: 1) { erfc($0 / 2.0.squareRoot()) > alpha }
  }
}
