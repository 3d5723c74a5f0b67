import ErasureDomain
import OfficerAPI

/// Requests in words and tables.
enum RequestText {
  static func table(_ requests: [RequestView]) -> String {
    guard !requests.isEmpty else { return "No open request. Register one with: expunge request add\n" }
    var table = TextTable(["NO", "STATE", "RECEIVED", "WORK TO", "DAYS", "LAST DAY", "CAPACITY", ""], numbers: [0, 4])
    for request in requests {
      table.add([
        "\(request.number)", request.state, request.receivedOn.description,
        request.clocks.reply.workTo.description,
        isRunning(request) ? "\(request.daysLeft)" : "", ClockText.lastDay(request),
        capacities(request), note(request),
      ])
    }
    return table.text
  }

  private static func capacities(_ request: RequestView) -> String {
    request.capacities.map(\.rawValue).joined(separator: ", ")
  }

  private static func words(_ requester: Requester) -> String {
    "\(requester.kind.rawValue), by \(requester.proof); the answer goes to "
      + (requester.isAddressee ? "the \(requester.kind.rawValue)" : "the person")
      + (requester.under16 == true ? "; the person is younger than 16" : "")
  }

  private static func isRunning(_ request: RequestView) -> Bool {
    ["received", "verified", "in-erasure"].contains(request.state)
  }

  private static func note(_ request: RequestView) -> String {
    if request.keepsPerson { return "inform the person" }
    if isRunning(request), request.daysLeft < 0 { return "past its day" }
    return request.practice ? "practice" : ""
  }

  static func facts(_ request: RequestView) -> String {
    var facts = FactList()
    facts.add("Request", "\(request.number), \(request.request)")
    facts.add("State", request.state)
    facts.add("Received", "\(request.receivedOn) by \(request.channel)")
    facts.add("Capacity", capacities(request))
    facts.add("Rights", request.rights?.map(\.rawValue).joined(separator: ", "))
    facts.add("Language", request.language?.rawValue)
    facts.add("Asked by", request.requester.map(words))
    let days =
      isRunning(request)
      ? request.daysLeft < 0
        ? ", \(PlanWords.count(-request.daysLeft, "day", "days")) ago"
        : ", in \(PlanWords.count(request.daysLeft, "day", "days"))" : ""
    facts.add("Work to", "\(request.clocks.reply.workTo)\(days)")
    ClockText.add(to: &facts, request)
    facts.add("Plan", request.plan?.text)
    facts.add("Note", note(request))
    return facts.text
  }

  static func detail(_ detail: RequestDetail) -> String {
    var result = facts(detail.request) + (detail.removal.map(ending) ?? "")
    if !detail.linked.isEmpty {
      let numbers = detail.linked.map(String.init).joined(separator: ", ")
      result += "\nSame person: request \(numbers), with dates of its own\n"
    }
    if let lines = detail.reprobes, !lines.isEmpty {
      result += "\nLooked for again\n" + lines.map { "  \($0)\n" }.joined()
    }
    if let identifiers = detail.identifiers { result += "\nIdentifiers (from the vault)\n" + table(of: identifiers) }
    if let text = detail.text {
      result += "\nIn their own words\n"
      result += text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { "  \($0)\n" }.joined()
    }
    result += ClockText.notes(detail.notes)
    if let code = detail.subjectCode {
      result += "\nCode for the person's letter (closing prints it once more, and destroys it)\n"
      result += code.split(whereSeparator: \.isNewline).map { "  \($0)\n" }.joined()
    }
    if !detail.jobs.isEmpty { result += "\nJobs\n" + JobText.table(detail.jobs) }
    result += "\nHistory\n" + HistoryText.table(detail.history)
    return result
  }

  /// When it was removed, and what the backups still hold.
  private static func ending(_ removal: RequestDetail.Removal) -> String {
    var facts = FactList()
    facts.add("Removed", "what may go, from our systems: \(removal.removedAt)")
    if let gone = removal.backupsGoneAt {
      facts.add("Backups", "the last one that could hold the person is gone, seen by us: \(gone)")
    } else if removal.lingering {
      facts.add("Backups", "one is still there after its last day: see expunge task list")
    } else if let day = removal.lastBackup {
      facts.add("Backups", "the last one that can hold the person goes by \(day)")
    }
    if removal.endedUnseen > 0 {
      let copies = PlanWords.count(removal.endedUnseen, "copy", "copies")
      facts.add("Copies", "\(copies) ended as the setting or two people say; we did not look")
    }
    return facts.text
  }

  static func table(of identifiers: [SubjectIdentifier]) -> String {
    var table = TextTable(["KIND", "VALUE"])
    for identifier in identifiers { table.add([identifier.kind.rawValue, identifier.value]) }
    return table.text
  }

  private static func caseFile(_ closed: ClosedRequest) -> String {
    guard let until = closed.caseFileUntil else { return "" }
    return
      "\nA case file is kept until \(until); two officers open it together: expunge case open \(closed.request.number)\n"
  }

  static func closed(_ closed: ClosedRequest) -> String {
    """
    \(facts(closed.request))
    What the vault holds is destroyed. Give the person this code; with it, and only with it, the request can be found
    in the log, and nobody else has it any more:

    \(closed.subjectCode)\(caseFile(closed))
    """
  }
}
