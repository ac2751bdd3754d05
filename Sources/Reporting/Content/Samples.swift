import Core

/// Sorted samples made fewer without changing the shape of their distribution.
enum Samples {
  /// At most `limit` of them at even steps of rank, the first and the last included.
  static func thinned(_ sorted: [Double], to limit: Int) -> [Double] {
    guard sorted.count > limit, limit > 1 else { return sorted }
    return (0..<limit).map { step in
      sorted[Int(Double(step) * Double(sorted.count - 1) / Double(limit - 1))]
    }
  }

  /// Elements at even steps, the first and the last included.
  static func indices(_ count: Int, limit: Int) -> [Int] {
    guard count > limit, limit > 1 else { return Array(0..<count) }
    return (0..<limit).map { Int(Double($0) * Double(count - 1) / Double(limit - 1)) }
  }
}
