public import ArgumentParser

/// `expunge`: what a privacy officer, a clerk and an operator type.
public struct ExpungeCommand: AsyncParsableCommand {
  /// The root of all commands.
  public static let configuration = CommandConfiguration(
    commandName: "expunge",
    abstract: "Registers requests for erasure, shows what will happen, approves it, and follows it to the end.",
    discussion: """
      Example, one request from mail to letter:
        expunge request add --from mail.txt
        expunge request confirm 1 --method known-channel --ground b
        expunge plan 1
        expunge approve 1 --key ~/.ssh/id_ed25519 --principal bram@example.nl
        expunge watch 1 --until-settled
        expunge evidence export 1 evidence/
        expunge letter send 1 --kind completion
        expunge request close 1

      Nothing about a person is an argument: identifiers, reasons and notes are asked for or read from a file.
      A request is named by its number or its reference (r-…).

      Exit status: \(exitCodes).
      """,
    subcommands: [
      RequestCommand.self, PlanCommand.self, DecideCommand.self, ApproveCommand.self, WatchCommand.self,
      JobCommand.self,
      StopCommand.self, ResumeCommand.self, IncidentCommand.self, HoldCommand.self, RestrictCommand.self,
      PackageCommand.self,
      DoNotContactCommand.self,
      TaskCommand.self, SystemCommand.self, RecipientCommand.self, StatusCommand.self, CheckCommand.self,
      EvidenceCommand.self, DossierCommand.self, ReportCommand.self, CaseCommand.self, LetterCommand.self,
      CalendarCommand.self, DiscoverCommand.self, RestoredCommand.self, RestoreDrillCommand.self,
      RestoreStandingCommand.self, RegisterCommand.self, ChangeCommand.self, PeopleCommand.self,
    ])

  private static let exitCodes = ConsoleExit.allCases.map { "\($0.rawValue) \($0.words)" }.joined(separator: "; ")

  /// Taken by every command, before or after its name.
  @OptionGroup public var connection: ConnectionOptions

  /// No arguments given.
  public init() {}
}
