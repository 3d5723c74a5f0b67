import ErasureDomain
import OfficerAPI

/// Holds in a table.
enum HoldText {
  static func table(_ holds: [HoldView]) -> String {
    guard !holds.isEmpty else { return "No hold.\n" }
    var table = TextTable(["REVIEW BEFORE", "REQUEST", "SYSTEM", "GROUND", "BY", "SINCE", "JOBS"], numbers: [1, 6])
    for hold in holds {
      table.add([
        hold.reviewBefore.description, "\(hold.number)", hold.system.description, hold.ground.rawValue,
        Printable.line(hold.by), hold.at.description, "\(hold.jobs)",
      ])
    }
    return table.text
  }
}
