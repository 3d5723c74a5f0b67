import ArgumentParser
import OfficerAPI

/// `expunge job`.
struct JobCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job", abstract: "Jobs: one per system and verb.",
    discussion: "Example: expunge job list 1",
    subcommands: [JobList.self, JobKept.self, JobShow.self, JobAnswer.self, JobRetry.self, JobCancel.self])
}
