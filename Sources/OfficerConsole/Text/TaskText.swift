import ErasureDomain
import OfficerAPI

/// Tasks in words and tables.
enum TaskText {
  static func table(_ tasks: [TaskView]) -> String {
    guard !tasks.isEmpty else { return "Nothing waits for a person.\n" }
    var table = TextTable(["REQUEST", "SYSTEM", "QUESTION", "ANSWERS", "BEFORE", "TASK"], numbers: [0])
    for task in tasks {
      table.add([
        "\(task.number)", task.system?.description ?? "", words(for: task.question), answers(task),
        task.deadline?.description ?? "", task.task,
      ])
    }
    return table.text
  }

  private static func answers(_ task: TaskView) -> String {
    let done = task.question.code == .manualTask ? ["done"] : []
    return (done + task.answers.map(\.rawValue)).joined(separator: ", ")
  }

  /// A question in a few words.
  static func words(for question: Question) -> String {
    let words =
      switch question.code {
      case .budgetSpent: "attempts or time are used up"
      case .moreThanApproved: "more rows than approved; nothing was touched"
      case .manualTask: "do it by hand and sign"
      case .denied: "the company says no"
      case .refusedByRecipient: "the company refused the call"
      case .blocked: "a blocker of the register counts more than zero; nothing was touched, settle that there first"
      case .foundIdentifiers: "identifiers were found on the way"
      case .exceptionDue: "what stayed by an exception is to be looked at again"
      case .seenAgain: "the last look saw rows again"
      case .copyLingers: "a backup set is there after its last day"
      case .dateNotApproved: "rows with a day that is in no approved follow-up"
      case .startEventOpen: "the event that starts the period has not happened yet"
      case .packageWaits where question.detail == .collectByHand:
        "add what the person gets of it (expunge package add), or give nothing (expunge package waived)"
      case .packageWaits: "what the person takes along waits: expunge package show"
      case .other: "needs a decision"
      }
    var extra: [String] = []
    if let approved = question.approved { extra.append("approved \(approved)") }
    if let found = question.found { extra.append("found \(found)") }
    if let day = question.proposed { extra.append("accept keeps until \(day)") }
    if let detail = question.detail { extra.append(sentence(for: detail)) }
    return words + (extra.isEmpty ? "" : " (\(extra.joined(separator: ", ")))")
  }

  private static func sentence(for detail: FailureCode) -> String {
    guard detail == .registerChanged else { return detail.rawValue }
    return "register-changed: the register describes the system otherwise than the approved plan"
  }

  static func detail(_ task: TaskView) -> String {
    var facts = FactList()
    facts.add("Task", task.task)
    facts.add("Request", "\(task.number), \(task.request)")
    facts.add("System", task.system.map { system in task.title.map { "\($0) (\(system))" } ?? system.description })
    facts.add("Question", words(for: task.question))
    facts.add("Means", task.question.detail.flatMap(CodeWords.sentence))
    facts.add("Open", task.open ? "yes" : "no, it is settled or goes on by itself")
    facts.add("Before", task.deadline?.description)
    facts.add("Signed by", task.attestedBy.joined(separator: ", "))
    facts.add("Answers", task.open ? answers(task) : nil)
    var result = facts.text
    if let instruction = task.instruction { result += "\nWhat to do\n  \(instruction)\n" }
    if let identifiers = task.identifiers, !identifiers.isEmpty {
      result += "\nLook for\n" + RequestText.table(of: identifiers)
    }
    if let undecided = task.undecided, !undecided.isEmpty { result += "\nFound on the way\n" + table(of: undecided) }
    return result + hint(task)
  }

  static func table(of undecided: [UndecidedIdentifier]) -> String {
    var table = TextTable(["NO", "SYSTEM", "KIND", "VALUE", "WHY YOU ARE ASKED"], numbers: [0])
    for one in undecided {
      table.add([
        "\(one.ordinal)", one.system.description, one.identifier.kind.rawValue, one.identifier.value, one.reason,
      ])
    }
    return table.text
  }

  private static func hint(_ task: TaskView) -> String {
    guard task.open else { return "" }
    let command =
      task.question.code == .manualTask
      ? "expunge task done \(task.task) --key KEY --principal NAME --done destroyed --medium \"…\" --method destroy"
      : "expunge task answer \(task.task) ANSWER"
    return "\nNext: \(command)\n"
  }
}
