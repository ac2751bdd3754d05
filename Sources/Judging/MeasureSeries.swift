package import Core
package import Stats

extension Series {
  /// All that a recorded measure was made from; nil if the record has not kept it, or if it does not
  /// fit its own figures.
  package init?(_ measure: Measure) {
    if let counts = measure.histogram {
      guard let histogram = Histogram(counts.parts), histogram.count == measure.n else {
        return nil
      }
      self.init(histogram, exactUpTo: Limits.exactSamples)
    } else {
      guard measure.samples.count == measure.n, !measure.samples.contains(where: \.isNaN) else {
        return nil
      }
      self = Measures.series
      for sample in measure.samples { add(sample) }
    }
  }
}

extension BucketCounts {
  package init(_ parts: Histogram.Parts) {
    self.init(
      bits: parts.bits, positive: parts.positive, negative: parts.negative, zeros: parts.zeros,
      infinite: parts.infinite, min: parts.min, max: parts.max)
  }

  package var parts: Histogram.Parts {
    Histogram.Parts(
      bits: bits, positive: positive, negative: negative, zeros: zeros, infinite: infinite,
      min: min, max: max)
  }
}
