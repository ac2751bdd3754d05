package import Core

/// Every form in which conformance is shown; several relays stand beside each other on a page.
package enum ConformancePages {
  package static func html(_ records: [ConformanceRecord]) -> String {
    let content = ConformanceContent(records)
    let at = records.first?.startedAt ?? ""
    var page = HTMLWriter()
    page.head(title: "\(content.status.label): \(content.names), \(at) – relaymark")
    page.masthead(
      kind: "conformance", at: at, status: content.status, sentence: content.sentence,
      remarks: content.remarks, content.blocks)
    for block in content.blocks { page.write(block) }
    page.foot(version: records.first?.tool.version ?? "", file: "conformance.json")
    return page.text
  }

  package static func markdown(_ records: [ConformanceRecord]) -> String {
    let content = ConformanceContent(records)
    var text = "# \(content.status.label): \(Escaping.markdown(content.sentence))\n\n"
    for remark in content.remarks { text += "**\(Escaping.markdown(remark))**\n\n" }
    for block in content.blocks { text += MarkdownRenderer.write(block) }
    text += "---\n\nrelaymark \(Escaping.markdown(records.first?.tool.version ?? "")),"
    text += " \(Escaping.markdown(records.first?.startedAt ?? "")). The pictures are in"
    text += " conformance.html, everything is in conformance.json.\n"
    return text
  }
}
