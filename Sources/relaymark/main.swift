import Core
import Glibc

/// Finds the command, runs it, and turns what it throws into one message and an exit status.
func relaymark(_ words: [String]) -> ExitCode {
  guard let name = words.first else {
    Terminal.out(Help.overview)
    return .usage
  }
  if ["help", "--help", "-h"].contains(name) {
    if words.count > 1, let command = Commands.all.first(where: { $0.name == words[1] }) {
      Terminal.out(Help.text(command))
    } else {
      Terminal.out(Help.overview)
    }
    return .passed
  }
  let asked = name == "--version" ? "version" : name
  guard let command = Commands.all.first(where: { $0.name == asked }) else {
    let near = Suggestion.nearest(to: name, in: Commands.all.map(\.name))
    Terminal.note(
      "relaymark: unknown command \(name)" + (near.map { "; did you mean \($0)?" } ?? "")
        + " (relaymark --help lists them)")
    return .usage
  }
  if words.dropFirst().contains(where: { $0 == "--help" || $0 == "-h" }) {
    Terminal.out(Help.text(command))
    return .passed
  }
  do throws(CommandError) {
    return try command.run(Arguments(words.dropFirst(), options: command.options))
  } catch {
    Terminal.note("relaymark \(name): \(error.message)")
    return error.code
  }
}

// A standard stream that is closed would give its number to the first socket, into which every
// message would then go.
while case let made = open("/dev/null", O_RDWR), made >= 0 {
  guard made <= STDERR_FILENO else {
    close(made)
    break
  }
}
signal(SIGPIPE, SIG_IGN)
// A file that reaches the limit of `ulimit -f` is full like a disk: said, not died of.
signal(SIGXFSZ, SIG_IGN)
exit(relaymark(Array(CommandLine.arguments.dropFirst())).rawValue)
