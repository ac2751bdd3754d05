package import Core

/// A page that stands on its own: style and charts inside, no script, no network, light and dark,
/// for a phone, a screen and paper.
package struct HTMLRenderer: Renderer {
  package init() {}

  package let name = "html"
  package let fileName: String? = "report.html"

  package func render(_ record: RunRecord) -> String {
    let content = Content(record)
    var page = HTMLWriter()
    page.head(title: content.title)
    let blocks = content.blocks()
    page.masthead(content, blocks)
    for block in blocks { page.write(block) }
    page.foot(record)
    return page.text
  }
}
