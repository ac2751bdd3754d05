import Core

/// Faults as the readers of literals are given them: one of each placement.
enum SampleFaults {
  static let specs = [
    FaultSpec(
      "bandwidth", "slow", effect: .delays, placement: .span,
      parameters: [FaultParameter("rate", .rate, "bytes a second")], example: "bandwidth 50KB/s"),
    FaultSpec("close", "FIN", effect: .cuts, placement: .point, example: "close at event(5)"),
    FaultSpec(
      "drop-event", "loses one", effect: .edits, placement: .events, directions: [.downstream],
      example: "drop-event at event(3)"),
    FaultSpec(
      "first-byte-delay", "late", effect: .delays, placement: .whole,
      parameters: [FaultParameter("length", .distribution, "how long")],
      example: "first-byte-delay 2s"),
    FaultSpec(
      "inject", "adds bytes", effect: .edits, placement: .pointOrStart,
      parameters: [
        FaultParameter("text", .text, "what"),
        FaultParameter("as", .choice(["raw", "event"]), preset: .text("raw"), "how"),
      ], example: "inject 'data: x' at event(1)"),
    FaultSpec(
      "pause", "holds", effect: .delays, placement: .point,
      parameters: [FaultParameter("length", .distribution, "how long")],
      example: "pause 300ms at event(3)"),
    FaultSpec("reset", "RST", effect: .cuts, placement: .point, example: "reset at event(5)"),
    FaultSpec(
      "slice", "cuts", effect: .reshapes, placement: .span,
      parameters: [
        FaultParameter("size", .size(1...1_000), "mean"),
        FaultParameter("gap", .duration, preset: .duration(.zero), "between"),
        FaultParameter("times", .number(1...9), preset: .number(1), "how often"),
        FaultParameter("share", .share, preset: .share(1), "of bytes"),
      ], example: "slice 10"),
    FaultSpec("stall", "silent", effect: .silences, placement: .point, example: "stall at byte(9)"),
  ]
}
