import Core
import Testing

/// A source in which `¦` marks each place that an error must point at, and the messages in order.
struct BadSource: CustomTestStringConvertible, Sendable {
  var marked: String
  var messages: [String]

  init(_ marked: String, _ messages: String...) {
    self.marked = marked
    self.messages = messages
  }

  var testDescription: String { marked }

  /// The source without its marks, and where they stood as `line:column`.
  var parts: (source: String, places: [String]) {
    var source = ""
    var places: [String] = []
    var (line, column) = (1, 1)
    for scalar in marked.unicodeScalars {
      if scalar == "¦" {
        places.append("\(line):\(column)")
        continue
      }
      source.unicodeScalars.append(scalar)
      (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
    }
    return (source, places)
  }

  /// What `ScenarioErrors` must print for the path `s`.
  var expected: String {
    zip(parts.places, messages).map { "s:\($0): \($1)" }.joined(separator: "\n")
  }
}

/// What the reader prints for a source at the path `s`; empty when it reads.
func errors(of source: String, dialects: [String]? = nil) -> String {
  do {
    _ = try ScenarioReader.read(
      Array(source.utf8), path: "s", dialects: dialects, faults: SampleFaults.specs)
    return ""
  } catch {
    return error.description
  }
}

/// A scenario that reads, around the parts a test is about.
func scenario(script: String = "'role', 'done'", rest: String = "") -> String {
  "{ name: 'x', provider: { script: [\(script)] }, \(rest) }"
}

/// The same with text in the script, for traffic and faults that need events.
func scenario(rest: String) -> String {
  scenario(script: "'role', { text: { tokens: 20 } }, 'done'", rest: rest)
}

@Suite struct ScenarioErrorTests {
  private func check(_ bad: BadSource) {
    #expect(bad.parts.places.count == bad.messages.count, "marks and messages differ")
    #expect(errors(of: bad.parts.source) == bad.expected)
  }

  @Test(arguments: [
    BadSource("¦", "the file is empty"),
    BadSource("¦ // nothing\n", "the file is empty"),
    BadSource("¦[]", "a scenario must be an object, found an array"),
    BadSource("¦¦{}", "`name` is missing", "`provider` is missing"),
    BadSource("¦{ name: 'x' }", "`provider` is missing"),
    BadSource("{ name: 'x', provider: ¦{} }", "`script` is missing"),
    BadSource("{ name: 'x', provider: { script: ¦[] } }", "`script` needs at least one step"),
    BadSource(
      "{ name: 'x', provider: { script: ¦{} } }", "`script` must be an array, found an object"),
    BadSource("{ name: 'x', provider: ¦7 }", "`provider` must be an object, found a number"),
    BadSource(scenario(rest: "¦trafic: {}"), "unknown key `trafic`; did you mean `traffic`?"),
    BadSource(
      scenario(rest: "traffic: { ¦qwertz: 1 }"),
      "unknown key `qwertz`; known here: dialect, model, prompt, output, streams, concurrency, warmup, "
        + "arrivals, think, duration, stop, seed, stream, usage, leave, connections, http, timeouts, twins, "
        + "purpose"
    ),
    BadSource(
      scenario(rest: "traffic: { streams: 5, ¦streams: 6 }"),
      "duplicate key `streams`; it stands already in line 1"),
    BadSource("{ name: ¦'', provider: { script: ['done'] } }", "`name` must not be empty"),
    BadSource(
      "{ name: 'my¦ name', provider: { script: ['done'] } }",
      "a name has lower-case letters, digits, `-`, `_`, `.` and `/`, found ` `"),
    BadSource(scenario(rest: "about: 'one\\x41¦\\ntwo'"), "`about` must be one line"),
    BadSource(scenario(rest: "$schema: ¦1"), "`$schema` must be a string, found a number"),
  ])
  func theWhole(_ bad: BadSource) { check(bad) }

  @Test(arguments: [
    BadSource(
      scenario(rest: "traffic: { streams: ¦'5' }"),
      "`streams` must be a whole number, found a string"),
    BadSource(
      scenario(rest: "traffic: { streams: ¦0 }"), "`streams` must be 1 to 1000000, found `0`"),
    BadSource(
      scenario(rest: "traffic: { streams: ¦-5 }"), "`streams` must be 1 to 1000000, found `-5`"),
    BadSource(
      scenario(rest: "traffic: { streams: ¦1.5 }"),
      "`streams` must be a whole number, found `1.5`"),
    BadSource(
      scenario(rest: "traffic: { streams: ¦1e300 }"),
      "`streams` must be 1 to 1000000, found `1e300`"),
    BadSource(
      scenario(rest: "traffic: { streams: ¦Infinity }"),
      "`streams` must be a whole number, found Infinity"),
    BadSource(
      scenario(rest: "traffic: { streams: ¦-NaN }"),
      "`streams` must be a whole number, found -NaN"),
    BadSource(
      scenario(rest: "traffic: { streams: ¦null }"), "`streams` must be a whole number, found null"),
    BadSource(
      scenario(rest: "traffic: { streams: 20000, concurrency: ¦10001 }"),
      "`concurrency` must be 1 to 10000, found `10001`"),
    BadSource(
      scenario(rest: "traffic: { streams: 5, warmup: 2, concurrency: ¦8 }"),
      "`concurrency` is 8, but there are only 7 streams"),
    BadSource(
      scenario(rest: "traffic: { seed: ¦18446744073709551616 }"),
      "`seed` must be 0 to 18446744073709551615, found `18446744073709551616`"),
    BadSource(
      scenario(rest: "traffic: { stream: ¦'no' }"), "`stream` must be true or false, found a string"
    ),
    BadSource(
      scenario(rest: "traffic: { http: ¦2 }"),
      "`http` must be one of \"auto\", \"1.1\", \"2\", found a number"),
    BadSource(
      scenario(rest: "traffic: { connections: ¦'frehs' }"),
      "`connections` must be one of \"reuse\", \"fresh\", found `frehs`; did you mean `fresh`?"),
    BadSource(scenario(rest: "traffic: { model: ¦'' }"), "`model` must not be empty"),
    BadSource(
      scenario(rest: "traffic: { timeouts: { idle: ¦'0s' } }"), "`idle` must be above zero"),
    BadSource(
      scenario(rest: "traffic: { timeouts: { idle: '3¦sec' } }"),
      "unknown unit `sec`; the units are ns, us, ms, s and m"),
    BadSource(
      scenario(rest: "traffic: { timeouts: { idle: ¦3 } }"),
      "`idle` must be a string such as \"5s\", found a number"),
    BadSource(
      scenario(rest: "traffic: { stream: false, usage: ¦true }"),
      "`usage` asks for the usage event of a stream, but `stream` is false"),
    BadSource(
      scenario(rest: "traffic: { stream: false, leave: ¦'event(1)' }"),
      "`leave` waits for an event, but `stream` is false"),
    BadSource(
      scenario(rest: "traffic: { leave: ¦'event(23)' }"),
      "`leave` waits for event 23, but the script sends only 22"),
    BadSource(
      scenario(rest: "traffic: { leave: '¦5' }"),
      "expected a position such as `event(5)`, `byte(900)` or `time(1s)`, found `5`"),
  ])
  func theTraffic(_ bad: BadSource) { check(bad) }

  @Test(arguments: [
    BadSource(scenario(script: "¦'fin'"), "unknown step `fin`"),
    BadSource(scenario(script: "¦'dome'"), "unknown step `dome`; did you mean `done`?"),
    BadSource(scenario(script: "¦'text'"), "the step `text` needs a value: { text: … }"),
    BadSource(scenario(script: "{ ¦done: true }"), "the step `done` has no value; write \"done\""),
    BadSource(scenario(script: "{ ¦txet: {} }"), "unknown step `txet`; did you mean `text`?"),
    BadSource(scenario(script: "¦{ raw: 'a', text: {} }"), "a step has one key, found 2"),
    BadSource(
      scenario(script: "¦5"),
      "a step must be a word such as \"done\" or an object such as { text: {…} }, found a number"),
    BadSource(scenario(script: "{ text: ¦{} }"), "`tokens` is missing"),
    BadSource(
      scenario(script: "{ text: { tokens: ¦0 } }"), "`tokens` must be 1 to 1000000, found `0`"),
    BadSource(
      scenario(script: "{ text: { tokens: 5, gpa: '5ms' } }".replacing("gpa", with: "¦gpa")),
      "unknown key `gpa`; did you mean `gap`?"),
    BadSource(
      scenario(script: "{ text: { tokens: 5, gap: 'uniform(4ms,¦2ms)' } }"),
      "the second value of `uniform` must not be below the first"),
    BadSource(
      scenario(script: "{ stall: '¦foreever' }"),
      "unknown word `foreever`; did you mean `forever`?"),
    BadSource(scenario(script: "{ comment: 'a¦\\nb' }"), "`comment` must be one line"),
    BadSource(scenario(script: "{ raw: ¦'' }"), "`raw` must not be empty"),
    BadSource(
      scenario(script: "{ error: { status: ¦200 } }"), "`status` must be 400 to 599, found `200`"),
    BadSource(
      scenario(script: "'role', ¦{ error: {} }"),
      "`error` answers instead of a stream and must be the only step; inside a stream use "
        + "`errorEvent`"),
    BadSource(scenario(script: "'close', ¦'done'"), "nothing can follow `close`"),
    BadSource(scenario(script: "'reset', ¦'role', 'done'"), "nothing can follow `reset`"),
    BadSource(
      scenario(script: "{ stall: 'forever' }, ¦'done'"), "nothing can follow a stall for ever"),
    BadSource(
      scenario(script: "{ usage: { prompt: 5, cached: ¦6 } }"), "`cached` is part of `prompt` (5)"),
    BadSource(
      scenario(script: "{ usage: { completion: 5, reasoning: ¦6 } }"),
      "`reasoning` is part of `completion` (5)"),
    BadSource(
      scenario(script: "{ text: { tokens: 600000 } }, ¦{ text: { tokens: 600000 } }"),
      "a script has at most 1000000 tokens in all"),
    BadSource(
      scenario(script: "¦{ raw: 'x' }", rest: "traffic: { stream: false }"),
      "`raw` is part of a stream, but `stream` is false"),
    BadSource(
      scenario(script: "{ errorEvent: { ¦retryAfter: 2 } }"),
      "unknown key `retryAfter`; known here: status, type, message, code"),
  ])
  func theScript(_ bad: BadSource) { check(bad) }

  @Test(arguments: [
    BadSource(
      scenario(rest: "faults: { legB: ['¦rset at event(5)'] }"),
      "unknown fault `rset`; did you mean `reset`?"),
    BadSource(
      scenario(rest: "faults: { ¦legC: [] }"), "unknown key `legC`; did you mean `legA`?"),
    BadSource(
      scenario(rest: "faults: { legA: [¦5] }"),
      "an element of `legA` must be a string such as \"reset at event(5)\", found a number"),
    BadSource(
      scenario(rest: "faults: { legA: ¦'reset at event(5)' }"),
      "`legA` must be an array, found a string"),
    BadSource(
      scenario(rest: "faults: { legB: ['reset at event(¦0)'] }"),
      "an event's number must be 1 to 16777216, found `0`"),
    BadSource(
      scenario(rest: "faults: { legB: [¦'reset at event(23)'] }"),
      "this fault waits for event 23, but the script sends only 22"),
    BadSource(
      scenario(script: "{ error: {} }", rest: "faults: { legB: [¦'stall at event(1)'] }"),
      "this fault waits for event 1, but the script sends none"),
    BadSource(
      scenario(rest: "traffic: { stream: false }, faults: { legB: [¦'stall at event(1)'] }"),
      "this fault waits for an event, but `stream` is false"),
    BadSource(
      scenario(rest: "expect: ['¦tfft.p99 < 200ms']"),
      "unknown measure `tfft.p99`; did you mean `ttft.p99`?"),
    BadSource(
      scenario(rest: "expect: ['ttft.p99 < ¦200']"),
      "`ttft.p99` is compared with a duration such as `200ms`"),
    BadSource(
      scenario(rest: "expect: ['\\u0074tft.p99 < ¦200']"),
      "`ttft.p99` is compared with a duration such as `200ms`"),
  ])
  func faultsAndExpectations(_ bad: BadSource) { check(bad) }

  @Test func severalErrorsComeInTheOrderOfTheirPlaces() {
    let bad = BadSource(
      """
      {
        name: "x",
        provider: { ¦thnik: "20ms", script: ["role", ¦"dome", { text: { tokens: ¦"5" } }] },
        traffic: { streams: ¦0, ¦concurency: 5 },
        ¦traffic: {},
        faults: { legB: ["reset ¦event(5)"] },
        expect: ["ttft.p99 < 200¦msec"],
      }
      """,
      "unknown key `thnik`; did you mean `think`?", "unknown step `dome`; did you mean `done`?",
      "`tokens` must be a whole number, found a string",
      "`streams` must be 1 to 1000000, found `0`",
      "unknown key `concurency`; did you mean `concurrency`?",
      "duplicate key `traffic`; it stands already in line 4",
      "expected `at` and a position after `reset`, found `event`",
      "unknown unit `msec`; the units are ns, us, ms, s and m")
    check(bad)
  }

  @Test func errorsOfSyntaxHideNoOthers() {
    check(
      BadSource(
        """
        {
          name: 'x',
          provider: { script: ['role' ¦'done', { text: { tokens: ¦0x5g } }, ¦'close ] },
          traffic: { streams: ¦0 },
          ¦trafic: {},
        }
        """,
        "expected `,` or `]` after an element, found `'`", "`0x5g` is no number",
        "this string is never closed on its line", "`streams` must be 1 to 1000000, found `0`",
        "unknown key `trafic`; did you mean `traffic`?"))
  }

  @Test func errorsBeyondTheLimitAreCounted() throws {
    let keys = (0..<50).map { "qqq\($0): 1" }.joined(separator: ",\n")
    let lines = errors(of: scenario(rest: keys)).split(separator: "\n")
    #expect(lines.count == Limits.scenarioErrors + 1)
    #expect(lines.last == "and 30 more")
    // The first places are kept, not the first found.
    #expect(lines[19].hasPrefix("s:20:1: unknown key `qqq19`"))
  }

  @Test func dialectsAreCheckedWhenTheyAreKnown() {
    let source = scenario(rest: "traffic: { dialect: 'openai-chta' }")
    #expect(errors(of: source) == "")
    #expect(
      errors(of: source, dialects: ["anthropic", "openai-chat"])
        .hasSuffix("unknown dialect `openai-chta`; did you mean `openai-chat`?"))
    #expect(
      errors(of: scenario(rest: "traffic: { dialect: 'zzz' }"), dialects: ["a1", "b2"])
        .hasSuffix("unknown dialect `zzz`; there are a1, b2"))
  }

  @Test func textOfTheFileReachesNoTerminal() {
    let printed = errors(of: scenario(rest: "'\\x1b[31m\\u202ered': 1"))
    #expect(printed.contains("unknown key `U+001B[31mU+202Ered`"))
    #expect(!printed.unicodeScalars.contains("\u{1B}"))
  }
}
