import Core

/// What a dialect cannot say that gives one answer to a request.
enum OneAnswer {
  /// - Parameter refusals: whether it has a place for the text of a refusal.
  static func problem(with step: Step, refusals: Bool = false) -> String? {
    let choice =
      switch step {
      case .text(let text): text.choice
      case .toolCall(let call): call.choice
      case .finish(let finish): finish.choice
      default: 0
      }
    if choice > 0 { return "gives one answer to a request, so `choice` can only be 0" }
    if case .text(let text) = step, text.kind == .refusal, !refusals {
      return "has no place for the text of a refusal; use `text` and { finish: \"content_filter\" }"
    }
    return nil
  }
}
