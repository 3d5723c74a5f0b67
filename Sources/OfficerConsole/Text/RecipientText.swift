import ErasureDomain
import OfficerAPI

/// Companies with a contract in words and tables.
enum RecipientText {
  static func table(_ recipients: [RecipientView]) -> String {
    guard !recipients.isEmpty else { return "The register has no company that is told by a contract.\n" }
    var table = TextTable(["SYSTEM", "ROLE", "OWNER", "CONTRACT", "STATE"])
    for view in recipients {
      table.add([view.system.description, PlanWords.role(view.role), view.owner, view.contract, state(view)])
    }
    return table.text
  }

  private static func state(_ view: RecipientView) -> String {
    switch view.state {
    case .untested: "untested: no plan can tell it"
    case .changed: "the register has changed since it passed: test it again"
    case .passed: "passed" + (view.at.map { " on \($0)" } ?? "")
    }
  }

  static func tested(_ tested: RecipientTested) -> String {
    var table = TextTable(["STEP", "RESULT", "SEEN"])
    for check in tested.checks {
      table.add([words(check.step), words(check.result), check.detail?.description ?? ""])
    }
    let view = tested.recipient
    let sentence =
      if tested.isPassed {
        "\(view.system) has passed \(view.contract): plans may tell it."
      } else if view.state == .passed {
        "\(view.system) failed now; it passed \(view.contract) before, so plans may still tell it."
      } else {
        "\(view.system) has not passed \(view.contract): no plan can tell it. What a company answers: docs/recipients."
      }
    return table.text + "\n" + Printable.line(sentence) + "\n"
  }

  private static func words(_ result: RecipientCheck.Result) -> String {
    switch result {
    case .passed: "passed"
    case .failed: "FAILED"
    case .notApplicable: "not asked of it"
    case .notTried: "not tried"
    }
  }

  private static func words(_ step: RecipientCheck.Step) -> String {
    switch step {
    case .refusesForged: "refuses a notice with another secret's signature"
    case .refusesChanged: "refuses a notice that was changed after it was signed"
    case .refusesOld: "refuses a notice that was signed ten minutes ago"
    case .takesNotice: "takes a notice"
    case .takesRepeated: "takes the same notice again, and names the same resource"
    case .takesSecondSignature: "takes a notice with two signatures, while a secret changes"
    case .statusRefusesForged: "its status resource refuses another secret's signature"
    case .statusAnswers: "its status resource says how far it is"
    case .finalAnswer: "says in time that nothing was found"
    case .callsBack: "calls us with its own secret's signature"
    case .givesReceipt: "gives a receipt by its registered key"
    case .takesReminder: "takes a reminder"
    case .takesCancellation: "takes a withdrawal"
    }
  }
}
