import ErasureDomain
import OfficerAPI

/// The first screen: what is wrong, then how things stand.
enum StatusText {
  static func text(_ status: StatusView) -> String {
    var result = "expunged \(status.version)  \(status.origin)  \(status.now)\n\n"
    for warning in status.warnings { result += "! \(Printable.line(warning))\n" }
    if !status.warnings.isEmpty { result += "\n" }
    var facts = FactList()
    facts.add("Requests", counts(status.requests))
    facts.add("Jobs", counts(status.jobs))
    facts.add("Tasks", status.tasks == 0 ? "none" : "\(status.tasks) (expunge task list)")
    facts.add("Past their day", status.overdue == 0 ? "none" : PlanWords.count(status.overdue, "request", "requests"))
    facts.add(
      "Not informed", status.keepsPerson == 0 ? nil : PlanWords.count(status.keepsPerson, "request", "requests"))
    facts.add("Systems", "by hand \(status.manual), connected \(status.connected)")
    facts.add(
      "Log", "\(PlanWords.count(Int(status.logSize), "entry", "entries")), signed up to \(status.checkpointSize)")
    facts.add("Today", status.today.description)
    return result + facts.text
  }

  private static func counts(_ counts: [String: Int]) -> String {
    let shown = counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
    return shown.isEmpty ? "none" : shown.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }

  static func check(_ check: CheckView) -> String {
    var table = TextTable(["", "PART", ""])
    for line in check.lines { table.add([line.healthy ? "ok" : "WRONG", line.name, line.words]) }
    return table.text
  }
}
