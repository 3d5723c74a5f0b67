import ArgumentParser
import ErasureDomain

/// `--as-of`: the state that was restored.
struct RestoredState: ParsableArguments {
  @Option(help: ArgumentHelp("The restored state, such as 2026-11-20T03:00:00Z (UTC).", valueName: "time"))
  var asOf: String

  /// What was written, read.
  var time: UTCTime {
    get throws {
      guard let time = UTCTime(asOf) else { throw ValidationError("--as-of is a time such as 2026-11-20T03:00:00Z") }
      return time
    }
  }

  func validate() throws { _ = try time }
}
