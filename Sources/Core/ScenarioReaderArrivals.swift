extension ScenarioReader {
  /// A literal, or a trace to be played again.
  mutating func arrivals(_ member: JSON5Member) -> Arrivals? {
    if case .object = member.value.kind { return trace(member) }
    return literal(member.value, "`arrivals`", like: "poisson 20/s") {
      (text) throws(LiteralError) in
      try LiteralScanner.whole(text) { (scanner) throws(LiteralError) in try scanner.arrivals() }
    }
  }

  private mutating func trace(_ member: JSON5Member) -> Arrivals? {
    guard let fields = fields(of: member.value, "`arrivals`", keys: ScenarioKeys.trace) else {
      return nil
    }
    for key in ["trace", "format"] { require(key, in: fields) }
    let scale = fields["scale"].map { self.scale($0) } ?? 1
    let broken =
      fields["broken"].flatMap { choice($0, of: ArrivalTraceReader.BrokenLines.self) } ?? .refuse
    guard let file = fields["trace"], let name = filledText(file),
      let format = fields["format"].flatMap({ choice($0, of: ArrivalTrace.Format.self) }),
      let scale
    else { return nil }
    guard let files else {
      problems.add("no file can be named here", at: file.value.position)
      return nil
    }
    do {
      // Where in its tick an arrival lies is part of the trace, not of a run.
      let trace = try ArrivalTraceReader.read(
        try files(name), as: format, brokenLines: broken, seed: 1)
      return .trace(TraceArrivals(name: name, format: format, scale: scale, trace: trace))
    } catch let error as SampleFileError {
      problems.add(error.message, at: file.value.position)
    } catch let error as ArrivalTraceError {
      problems.add("\(quoted(name)): \(error.message)", at: file.value.position)
    } catch {
      problems.add("\(error)", at: file.value.position)
    }
    return nil
  }

  /// How many times as fast: any number above zero.
  private mutating func scale(_ member: JSON5Member) -> Double? {
    guard case .number(let number) = member.value.kind, number.value.isFinite, number.value > 0,
      number.value <= 1e6
    else {
      wrongType(member.value, quoted(member.key), "a number above zero")
      return nil
    }
    return number.value
  }
}
