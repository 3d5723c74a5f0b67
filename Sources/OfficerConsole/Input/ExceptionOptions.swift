import ArgumentParser
import ErasureDomain

/// On which terms something stays although erasure was asked for. A statute names no person, so it may be an argument.
struct ExceptionOptions: ParsableArguments {
  @Option(help: "On which ground it stays: art17-3-a to art17-3-e, or art23-national.")
  var ground: ExceptionGroundArgument?

  @Option(help: ArgumentHelp("By which statute; goes into the evidence and names nobody.", valueName: "statute"))
  var citation: String?

  @Option(help: "The last day on which it stays, YYYY-MM-DD.")
  var until: DayArgument?

  @Option(help: "Or the day by which somebody looks at it again.")
  var review: DayArgument?

  /// Whether any of them was given.
  var isGiven: Bool { ground != nil || citation != nil || until != nil || review != nil }

  /// All that is needed, or words about what is missing.
  func terms() throws(ConsoleFailure) -> ExceptionTerms {
    guard let ground, let citation, (until == nil) != (review == nil) else {
      throw ConsoleFailure(
        .usage,
        "say --ground, --citation and either --until or --review: on which ground it stays, by which statute, how long")
    }
    return ExceptionTerms(
      ground: ground.ground, citation: citation, until: until?.date, reviewBefore: review?.date)
  }
}
