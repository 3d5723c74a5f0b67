import ErasureDomain
import OfficerAPI

/// The root records of a plan as the approver sees them, once.
enum ReviewText {
  static func text(_ records: [ReviewLine]) -> String {
    guard !records.isEmpty else { return "No record of our own systems is erased by this plan.\n" }
    var table = TextTable(["NO", "SYSTEM", "DATASET", "RECORD"], numbers: [0])
    for record in records {
      let columns = record.columns.map { "\($0.name): \($0.value)" }.joined(separator: "; ")
      table.add([
        "\(record.ordinal)", record.system.description, record.dataset,
        columns.isEmpty ? "(nothing to show, or no longer there)" : columns,
      ])
    }
    return "Records that will go; leave one out with --leave-out NO\n" + table.text
  }
}
