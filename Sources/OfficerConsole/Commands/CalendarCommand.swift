import ArgumentParser
import OfficerAPI

/// `expunge calendar`.
struct CalendarCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calendar", abstract: "Practice mode only: moves the calendar forward.",
    discussion: """
      Follow-ups years ahead can be seen today. It never goes back, and the log says that it was moved.

      Example: expunge calendar --to 2033-01-02
      Example: expunge calendar --days 30
      """)

  @Option(help: ArgumentHelp("To the start of this day.", valueName: "day"))
  var to: DayArgument?

  @Option(help: "By so many days.")
  var days: Int64?

  @Option(help: "By so many seconds.")
  var seconds: Int64?

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard [to != nil, days != nil, seconds != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("say --to DAY, --days NUMBER or --seconds NUMBER")
    }
    guard (days ?? 1) > 0, (days ?? 1) <= 20_000, (seconds ?? 1) > 0 else {
      throw ValidationError("the calendar moves forward only")
    }
  }

  func run() async throws {
    let call = MoveCalendar(to: to?.date, seconds: seconds ?? days.map { $0 * 86_400 })
    try connection.show(try await connection.client.call(call)) { status in
      "It is now \(status.now); today is \(status.today).\n"
    }
  }
}
