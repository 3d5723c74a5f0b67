import ArgumentParser

/// The daemon: wiring only.
@main
struct Expunged: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "expunged",
    abstract: "Carries out approved erasures and keeps evidence of them.",
    discussion: """
      Example, a first try in practice mode:
        expunged init --config demo/expunged.yaml --origin erasure.example/evidence --register plans \\
          --organisation demo --signers demo/allowed_signers --practice \\
          --person anna:clerk:$USER:anna@demo.example --person bram:officer:$USER:bram@demo.example
        expunged run --config demo/expunged.yaml
      """,
    version: version,
    subcommands: [Run.self, Init.self, Backup.self, Recover.self, RotateKey.self, CloseLog.self, CommandTest.self])
}

/// Something stands in the way of starting; the message says what to do.
struct StartProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

struct ConfigurationOption: ParsableArguments {
  @Option(help: "The configuration file.")
  var config = "/etc/expunged/expunged.yaml"
}
