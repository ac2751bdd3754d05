package import Core
import Wire

/// The text is passed on byte for byte (catalogue: SSE-003, SSE-004).
package struct FidelityContent: Check {
  package init() {}
  package let id = "fidelity/content"
  package let level = Verdict.Level.must
  package let requirement =
    "the text equals the scripted text byte for byte, without U+FFFD"
    + " (of an answer that we cut: the beginning of it)"

  package func judge(_ evidence: Evidence) -> Verdict {
    guard evidence.hasProvider else { return verdict(.skip, Evidence.noUpstream) }
    guard evidence.script.steps.contains(where: { if case .text = $0 { true } else { false } })
    else { return verdict(.skip, "the script sends no text") }
    guard !evidence.script.hasRawBytes else {
      return verdict(.skip, "the script sends raw bytes, which may hold text of their own")
    }
    var findings = Findings()
    for observation in evidence.observations
    where observation.isSuccessStatus && !observation.isEnvironmental {
      guard let answer = observation.answer else { continue }
      findings.add(
        observation.ordinal,
        faults(
          observation, answer, intact: evidence.isIntact(observation)))
    }
    guard findings.judged > 0 else {
      return evidence.nothingUndisturbed(for: self, "no exchange was answered by the provider")
    }
    return findings.verdict(for: self, good: "text equal byte for byte")
  }

  private func faults(_ observation: Observation, _ answer: ProviderExchange, intact: Bool)
    -> [(Verdict.Outcome, String)]
  {
    let text = observation.text
    var faults: [(Verdict.Outcome, String)] = []
    if observation.tokens.replacementCharacters > 0 { faults.append((.fail, "U+FFFD")) }
    var expected = Array(answer.texts.joined())
    for number in 0..<answer.tokensPlanned where answer.texts.isEmpty {
      expected += Array(TokenText.token(number, of: observation.exchange.nonce).utf8)
    }
    let equal = intact ? text == expected : expected.starts(with: text)
    guard !equal else { return faults }
    if expected.starts(with: text) {
      faults.append((.fail, "text ends early"))
    } else if observation.tokens.foreignBytes > 0 {
      faults.append((.fail, "bytes that are no token"))
    } else {
      faults.append((.fail, "text differs"))
    }
    return faults
  }
}
