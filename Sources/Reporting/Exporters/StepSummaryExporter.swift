import Core

/// Markdown for the file that `GITHUB_STEP_SUMMARY` names, which may have 1 MiB for a step.
package struct StepSummaryExporter: Exporter {
  package init() {}

  package let name = "step-summary"
  package let fileName = "step-summary.md"

  /// Leaves room for what other commands of the step write.
  package static let limit = 500_000

  package func export(_ export: Export) -> String {
    GateTable.markdown(export, limit: Self.limit)
  }
}
