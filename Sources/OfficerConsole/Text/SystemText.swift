import ErasureDomain
import OfficerAPI

/// Systems in words and tables.
enum SystemText {
  static func table(_ systems: [SystemView]) -> String {
    guard !systems.isEmpty else { return "The register has no system in which rows are erased.\n" }
    var table = TextTable(["SYSTEM", "ROLE", "OWNER", "HOURS", "STATE", "WAITING"], numbers: [5])
    for view in systems {
      table.add([
        view.system.description, PlanWords.role(view.role), owner(view), view.hours ?? "", state(view),
        view.waiting > 0 ? PlanWords.count(view.waiting, "job", "jobs") : "",
      ])
    }
    return table.text
  }

  /// The role that answers for it, and the people who may release it.
  private static func owner(_ view: SystemView) -> String {
    view.owner + (view.owners.isEmpty ? " (nobody: see owns: in people:)" : " (\(view.owners.joined(separator: ", ")))")
  }

  private static func state(_ view: SystemView) -> String {
    let said = [view.by.map { " by \($0)" }, view.at.map { " on \($0)" }].compactMap { $0 }.joined()
    return switch view.state {
    case .lookOnly: "look only"
    case .changed: "look only: the register has changed since it was released\(said)"
    case .released: "released\(said)"
    case .stopped: "stopped\(said)"
    }
  }

  /// What a release or a stop has led to.
  static func answer(_ view: SystemView) -> String {
    let jobs = PlanWords.count(view.waiting, "job", "jobs")
    let what =
      switch view.state {
      case .released: view.waiting == 0 ? "no job waited for it" : "\(jobs) can go on there now"
      case .stopped, .lookOnly, .changed:
        (view.waiting == 0 ? "no job waits there now" : "\(jobs) \(view.waiting == 1 ? "waits" : "wait") there")
          + "; nothing is changed until the owner releases it: expunge system release \(view.system)"
      }
    return Printable.line("\(view.system) is \(state(view)): \(what).") + "\n"
  }
}
