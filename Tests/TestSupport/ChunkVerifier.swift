/// Proves that a parser does not depend on how its input was cut.
package enum ChunkVerifier {
  /// Runs the input whole, in pieces of 1, 2 and 3 bytes and at every two-way cut, and describes
  /// the first run whose result differs from that of the whole input; nil when all are equal.
  ///
  /// `run` starts afresh each time: it makes a parser, feeds it the pieces and returns all it said.
  package static func difference<Output: Equatable>(
    _ input: [UInt8], run: ([ArraySlice<UInt8>]) -> Output
  ) -> String? {
    let whole = run([input[...]])
    for size in 1...3 {
      let output = run(pieces(of: input, size: size))
      if output != whole { return describe("in pieces of \(size)", output, whole) }
    }
    for cut in 0...input.count {
      let output = run([input[..<cut], input[cut...]])
      if output != whole { return describe("cut at \(cut)", output, whole) }
    }
    return nil
  }

  /// The input in pieces of that many bytes, the last one perhaps shorter.
  package static func pieces(of input: [UInt8], size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: input.count, by: size).map { input[$0..<min($0 + size, input.count)] }
  }

  private static func describe<Output>(_ how: String, _ output: Output, _ whole: Output) -> String {
    "\(how):\n  \(output)\nwhole:\n  \(whole)"
  }
}
