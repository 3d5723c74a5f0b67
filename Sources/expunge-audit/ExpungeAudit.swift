import ArgumentParser

/// The auditor's program. It trusts nothing but the files that the auditor names himself.
@main
struct ExpungeAudit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expunge-audit", abstract: "Check evidence of erasures without trusting who made it.",
    discussion: """
      EXAMPLE
        expunge-audit verify /srv/evidence --key log.vkey --witness w1.vkey --signers my_allowed_signers \\
          --old checkpoint.last-year

      Exit status: 0 verified, 1 something is wrong, 2 wrong use, 3 something cannot be read.
      """,
    subcommands: [
      VerifyCommand.self, ExplainCommand.self, ReportCommand.self, SampleCommand.self, SubjectCommand.self,
    ])

  /// The statuses with which the program ends.
  enum Status {
    static let wrong = ExitCode(1)
    static let usage = ExitCode(2)
    static let unreadable = ExitCode(3)
  }

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      // The argument parser has a status of its own for wrong use; ours is the one of the manual.
      if exitCode(for: error) == .validationFailure {
        StandardError.write(fullMessage(for: error))
        Status.usage.leave()
      }
      exit(withError: error)
    }
  }
}
