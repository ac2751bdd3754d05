package import Core
import Wire

/// A stream is labelled as one (catalogue: HTTP-001; RFC 9110 section 8.3).
package struct HTTPContentType: Check {
  package init() {}
  package let id = "http/content-type"
  package let level = Verdict.Level.must
  package let requirement = "a 2xx answer to a streaming request has the dialect's media type"

  package func judge(_ evidence: Evidence) -> Verdict {
    guard evidence.scenario.traffic.stream else {
      return verdict(.skip, "the scenario asks for no stream")
    }
    guard !evidence.hasProvider || evidence.script.error == nil else {
      return verdict(.skip, "the script answers with an error")
    }
    var findings = Findings()
    for observation in evidence.observations where observation.isSuccessStatus {
      let type = observation.mediaType
      let good = evidence.dialect.isStream(mediaType: type)
      findings.add(
        observation.ordinal,
        good ? [] : [(.fail, type.isEmpty ? "no media type" : String(type.prefix(60)))])
    }
    guard findings.judged > 0 else {
      return evidence.nothingUndisturbed(for: self, "no answer had a 2xx status")
    }
    return findings.verdict(for: self, good: evidence.dialect.streamMediaType)
  }
}
