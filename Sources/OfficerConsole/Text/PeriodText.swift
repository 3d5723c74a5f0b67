import ErasureDomain
import OfficerAPI

/// The figures of a period.
enum PeriodText {
  static func text(_ report: PeriodReport) -> String {
    var lines = [
      "Requests received from \(report.from) to \(report.to), as they stand on \(report.today)"
        + (report.practice ? " (PRACTICE)" : ""),
      numbers(report), "",
      "received \(report.received), closed \(report.closed), withdrawn \(report.withdrawn)",
      "by state:    \(list(report.byState))", "by right:    \(list(report.byRight))",
      "by channel:  \(list(report.byChannel))", "",
      "reply:       \(times(report.reply))", "erasure:     \(times(report.erasure))",
      "             days from receipt; the median is the later of the two in the middle",
      "extended:    \(share(report.extended, report))", "suspended:   \(share(report.suspended, report))",
      "refused:     \(share(report.refusedByGround.values.reduce(0, +), report))  \(list(report.refusedByGround, none: ""))",
      "open, days since receipt: \(ages(report.open))",
      "overdue, days since the last day by law: \(ages(report.overdue))",
      "",
    ]
    lines += late(report.late)
    lines += [
      "exceptions by ground:   \(list(report.exceptionsByGround))",
      "never confirmed:        \(list(report.unconfirmed))", "silent now:             \(list(report.silentNow))",
      "copies past their day and not seen gone:  \(report.lingeringCopies)",
      "kept rows past their day and not erased:  \(report.keptPastTheirDay) jobs",
      "open questions: \(report.openQuestions) jobs; failed: \(report.failedJobs) jobs",
      "incidents opened in the period: \(report.incidents), of these late: \(report.lateIncidents)", "",
      "Rows that went in our own systems, counted by the job by which they went:",
    ]
    var table = TextTable(["SYSTEM", "DELETED", "REDUCED", "ANONYMISED", "OUT OF USE"], numbers: [1, 2, 3, 4])
    for row in report.rows {
      table.add([
        row.system.description, "\(row.deleted)", "\(row.reduced)", "\(row.anonymised)", "\(row.restricted)",
      ])
    }
    lines.append(table.isEmpty ? "none\n" : table.text)
    lines += coverage(report.coverage)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func numbers(_ report: PeriodReport) -> String {
    let these = report.numbers.isEmpty ? "none in the period" : "in the period \(report.numbers)"
    let gaps =
      report.missingNumbers.isEmpty
      ? "none is missing" : "MISSING: \(report.missingNumbers.map(String.init).joined(separator: ", "))"
    return "Numbers of the log: 1 to \(report.newestNumber), \(gaps); \(these) (read from \(report.logSize) entries)"
  }

  private static func list(_ counts: [String: Int], none: String = "none") -> String {
    counts.isEmpty ? none : counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  private static func times(_ times: PeriodReport.Times) -> String {
    let done = "done \(times.done), not yet \(times.notYet)"
    guard let median = times.medianDays, let worst = times.worstDays, let number = times.worstNumber else {
      return done
    }
    return "\(done); median \(median), worst \(worst) (request \(number))"
  }

  private static func share(_ count: Int, _ report: PeriodReport) -> String {
    guard report.received > 0 else { return "\(count)" }
    let tenths = count * 1_000 / report.received
    return "\(count) (\(tenths / 10).\(tenths % 10) %)"
  }

  private static func ages(_ ages: [PeriodReport.Age]) -> String {
    var parts: [String] = []
    var from = 0
    for age in ages {
      parts.append((age.atMostDays.map { "\(from)-\($0)" } ?? "\(from)+") + ": \(age.count)")
      from = (age.atMostDays ?? 0) + 1
    }
    return parts.joined(separator: ", ")
  }

  private static func late(_ cases: [PeriodReport.Late]) -> [String] {
    guard !cases.isEmpty else { return ["late cases:  none", ""] }
    var table = TextTable(["REQUEST", "CLOCK", "DAYS LATE", ""], numbers: [0, 2])
    for late in cases { table.add(["\(late.number)", late.clock, "\(late.days)", late.isOpen ? "still open" : ""]) }
    return ["late cases:", table.text]
  }

  private static func coverage(_ coverage: PeriodReport.Coverage) -> [String] {
    let waiting = coverage.notReleased.map(\.description).joined(separator: ", ")
    return [
      "Register now: \(coverage.systems) systems, \(coverage.connected) connected, \(coverage.byHand) by hand"
        + (waiting.isEmpty ? "" : "; only looked at, not released: \(waiting)"),
      "A system that nobody registered is in no figure.",
    ]
  }
}
