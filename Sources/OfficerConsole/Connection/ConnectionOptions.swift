public import ArgumentParser

/// What every command takes.
public struct ConnectionOptions: ParsableArguments {
  /// The daemon's command socket.
  @Option(help: ArgumentHelp("The daemon's command socket.", valueName: "path"))
  public var socket = "/run/expunged/command.sock"

  /// Practice mode only: who of several people with the same Unix user is asking.
  @Option(name: .customLong("as"), help: ArgumentHelp("Practice mode only: who you are.", valueName: "name"))
  public var person: String?

  /// Print the answer as canonical JSON.
  @Flag(help: "Print the answer as canonical JSON.")
  public var json = false

  /// No options given.
  public init() {}

  var client: DaemonClient { DaemonClient(socket: socket, person: person) }

  /// Prints an answer: its canonical JSON, or the text made from it.
  func show<Answer: Encodable>(_ answer: Answer, _ text: (Answer) -> String) throws {
    if json { try Output.current.json(answer) } else { Output.current.show(text(answer)) }
  }
}
