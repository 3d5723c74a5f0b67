import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge restrict`.
struct RestrictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restrict", abstract: "Restricts a person's data, or stops marketing, at once; and lifts that again.",
    discussion: """
      Systems whose register names a column mark the person's rows now. The others are named: their owners see to it, and say \
      so with --done. Nothing is lifted before the person was told.

      Example: expunge restrict 1
      Example: expunge restrict 1 --marketing
      Example: expunge restrict 1 --marketing --done mailing-house
      Example: expunge restrict 1 --lift --informed-on 2026-12-01 --channel mail
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Flag(help: "The person objects to direct marketing (Art. 21); otherwise the data are only stored (Art. 18).")
  var marketing = false

  @Flag(help: "Ends it, and puts back what was changed.")
  var lift = false

  @Option(help: ArgumentHelp("With --lift: when the person was told.", valueName: "day"))
  var informedOn: DayArgument?

  @Option(help: "With --lift: how, such as mail or letter.")
  var channel: String?

  @Option(help: ArgumentHelp("It is done by hand in this system.", valueName: "system"))
  var done: String?

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if !lift, informedOn != nil || channel != nil {
      throw ValidationError("--informed-on and --channel belong to --lift")
    }
    if lift, done != nil { throw ValidationError("say --lift or --done, not both") }
  }

  func run() async throws {
    let measure: RestrictionMeasure = marketing ? .marketing : .restriction
    let view: MeasureView
    if lift {
      view = try await connection.client.call(
        LiftMeasure(request: request, measure: measure, informedOn: informedOn?.date, channel: channel))
    } else if let done {
      view = try await connection.client.call(MeasureDone(request: request, measure: measure, system: done))
    } else {
      view = try await connection.client.call(OrderMeasure(request: request, measure: measure))
    }
    try connection.show(view, Self.text)
  }

  private static func text(_ view: MeasureView) -> String {
    let what = view.measure == .restriction ? "Restriction" : "No marketing"
    return "\(what), request \(view.number)\n" + view.lines.map { "- \(Printable.line($0))\n" }.joined()
      + (view.inForceSince.map { "It holds everywhere since \($0).\n" } ?? "")
  }
}
