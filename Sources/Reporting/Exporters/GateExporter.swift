import Core

/// The judgement itself as JSON (`reports/schema/gate.schema.json`).
package struct GateExporter: Exporter {
  package init() {}

  package let name = "gate"
  package let fileName = "gate.json"

  package func export(_ export: Export) -> String { JSONRenderer.text(export.gate) }
}
