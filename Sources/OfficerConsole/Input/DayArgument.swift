import ArgumentParser
import ErasureDomain

/// A day on the command line, `YYYY-MM-DD`.
struct DayArgument: ExpressibleByArgument, Equatable {
  let date: CivilDate

  init?(argument: String) {
    guard let date = CivilDate(argument) else { return nil }
    self.date = date
  }
}
