import Glibc
import OfficerConsole

/// The officer's command line: wiring only.
@main
struct Expunge {
  static func main() async {
    exit(await ExpungeCommand.execute(Array(CommandLine.arguments.dropFirst())))
  }
}
