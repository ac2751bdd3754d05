package import Core

/// A page of one relay or of several: a matrix of relays and groups, and behind it each check with
/// what was asked, played, expected and seen, and the wire logs of both sides.
///
/// It stands on its own as `HTMLRenderer`'s does: no script, no network, light and dark.
package enum ConformancePage {
  package static func render(_ records: [ConformanceRecord]) -> String {
    var page = HTMLWriter()
    let title =
      records.count == 1
      ? ConformanceSummary(records[0]).line : "Conformance of \(records.count) relays"
    page.head(title: title)
    page.raw("<header class=\"masthead\">\n<p class=\"kicker\">relaymark conformance</p>\n")
    page.raw("<h1>\(Escaping.html(title))</h1>\n")
    for record in records {
      let words = records.count == 1 ? "" : ConformanceSummary(record).line + ": "
      page.raw("<p>\(Escaping.html(words + ConformanceSummary.setting(record)))</p>\n")
      if !record.complete {
        page.raw("<p class=\"remark\">Incomplete: \(Escaping.html(record.note))</p>\n")
      }
    }
    page.raw("</header>\n")
    matrix(records, &page)
    for (number, record) in records.enumerated() { relay(record, number, &page) }
    page.raw(
      "<p class=\"note\">MUST* is our own rule, where a breach loses data, money or secrets. Every"
        + " stimulus was played without the relay first; times count from when the request left. The"
        + " nonce of an exchange stands as NNNNNNNN.</p>\n")
    page.raw(
      "</main>\n<footer><p>Written by relaymark from conformance.json, which holds all of it.")
    page.raw("</p></footer>\n</body>\n</html>\n")
    return page.text
  }

  // MARK: The matrix

  private static func matrix(_ records: [ConformanceRecord], _ page: inout HTMLWriter) {
    var names: [String] = []
    for group in records.flatMap({ ConformanceSummary.groups($0) })
    where !names.contains(group.name) { names.append(group.name) }
    page.raw(
      "<div class=\"scroll\" tabindex=\"0\"><table><caption>Checks by relay and group: passed")
    page.raw(" of judged, and the worst verdict</caption>\n<thead><tr><th>relay</th>")
    for name in names { page.raw("<th>\(Escaping.html(name))</th>") }
    page.raw("</tr></thead>\n<tbody>\n")
    for (number, record) in records.enumerated() {
      page.raw("<tr><th scope=\"row\">\(Escaping.html(record.target.name))</th>")
      let groups = ConformanceSummary.groups(record)
      for name in names {
        guard let group = groups.first(where: { $0.name == name }) else {
          page.raw("<td></td>")
          continue
        }
        page.raw("<td><a href=\"#r\(number)-\(Escaping.html(name))\">\(cell(group))</a></td>")
      }
      page.raw("</tr>\n")
    }
    page.raw("</tbody></table></div>\n")
  }

  private static func cell(_ group: ConformanceSummary.Group) -> String {
    let judged = group.verdicts.count - group.count(.skip) - group.count(.error)
    guard judged > 0 else { return "<span class=\"status\">skip</span>" }
    let figures = "\(group.count(.pass) + group.count(.info))/\(judged)"
    if group.count(.fail) > 0 {
      return "<span class=\"status failed\">\(figures), \(group.count(.fail)) fail</span>"
    }
    return group.count(.warn) > 0
      ? "<span class=\"status attention\">\(figures)</span>"
      : "<span class=\"status passed\">\(figures)</span>"
  }

  // MARK: The checks

  private static func relay(_ record: ConformanceRecord, _ number: Int, _ page: inout HTMLWriter) {
    for group in ConformanceSummary.groups(record) {
      page.raw("<h2 id=\"r\(number)-\(Escaping.html(group.name))\">")
      page.raw("\(Escaping.html(record.target.name)): \(Escaping.html(group.name))</h2>\n")
      for verdict in group.verdicts { check(verdict, &page) }
    }
  }

  private static func check(_ verdict: ConformanceVerdict, _ page: inout HTMLWriter) {
    let style =
      switch verdict.verdict {
      case .fail: "failed"
      case .warn, .error: "attention"
      case .pass: "passed"
      case .info, .skip: ""
      }
    page.raw("<details id=\"\(Escaping.html(verdict.id))\"")
    page.raw("><summary><span class=\"status \(style)\">")
    page.raw("\(Escaping.html(ConformanceSummary.word(verdict)))</span> ")
    page.raw("<strong>\(Escaping.html(verdict.id))</strong> \(Escaping.html(verdict.requirement))")
    page.raw("</summary>\n<dl class=\"facts\">\n")
    fact("check", [verdict.slug + ", " + verdict.level.words], &page)
    fact("source", [verdict.source], &page)
    fact("played", verdict.stimuli, &page)
    fact("expected", verdict.expected, &page)
    fact("seen", verdict.actual, &page)
    if verdict.tried > 0 { fact("exchanges", ["\(verdict.bad) of \(verdict.tried) not so"], &page) }
    page.raw("</dl>\n")
    if let evidence = verdict.evidence { logs(evidence, &page) }
    page.raw("</details>\n")
  }

  private static func fact(_ name: String, _ words: [String], _ page: inout HTMLWriter) {
    guard !words.isEmpty else { return }
    page.raw("<dt>\(name)</dt>")
    for word in words { page.raw("<dd>\(Escaping.html(word))</dd>") }
    page.raw("\n")
  }

  // MARK: Wire logs

  private static func logs(_ evidence: ConformanceEvidence, _ page: inout HTMLWriter) {
    page.raw("<p class=\"note\">\(Escaping.html(evidence.stimulus))</p>\n<div class=\"wire\">\n")
    log("through the relay", evidence.relayed, than: evidence.direct, &page)
    if let direct = evidence.direct {
      log("without it", direct, than: evidence.relayed, &page)
    }
    page.raw("</div>\n")
  }

  private static func log(
    _ title: String, _ log: WireLog, than other: WireLog?, _ page: inout HTMLWriter
  ) {
    let known = Set((other?.reads ?? []).flatMap { lines($0.text) })
    page.raw(
      "<section><h3>\(title): \(log.status), \(Escaping.html(log.end)) at \(log.endNs)</h3>\n")
    page.raw("<pre>")
    for field in log.headers { page.raw(Escaping.html("\(field.name): \(field.value)\n")) }
    page.raw("\n")
    for read in log.reads {
      page.raw("<b>\(read.atNs)</b>\n")
      for line in lines(read.text) {
        let words = Escaping.html(line)
        let isOther = other != nil && !line.isEmpty && !known.contains(line)
        page.raw(isOther ? "<mark>\(words)</mark>\n" : "\(words)\n")
      }
    }
    if log.cutBytes > 0 { page.raw("(\(log.cutBytes) bytes more)\n") }
    page.raw("</pre>\n<details><summary>what the provider wrote</summary><pre>")
    for write in log.writes { page.raw("<b>\(write.atNs)</b> \(Escaping.html(write.text))\n") }
    page.raw("</pre></details></section>\n")
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
  }
}
