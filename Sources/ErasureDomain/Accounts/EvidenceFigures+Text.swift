extension EvidenceFigures {
  /// As text, for a terminal.
  public var text: String {
    var lines = [
      "Requests received from \(from.map { "\($0)" } ?? "the first") to \(until.map { "\($0)" } ?? "the last"), as of \(asOf)",
      "This was read from the evidence and not verified: run expunge-audit verify first. Days of entries are UTC.", "",
      "received \(received), numbers \(numbers.isEmpty ? "none" : numbers); closed \(closed), withdrawn \(withdrawn)",
      "by state:    \(Self.list(byState))", "by right:    \(Self.list(byRight))",
      "by channel:  \(Self.list(byChannel))",
      "refused:     \(Self.list(refusedByGround))",
      "linked \(linked), erasing again what came back \(again), extended \(extended), suspended \(suspended)", "",
      "reply:       \(Self.words(reply))", "erasure:     \(Self.words(erasure))",
      "             days from receipt; the median is the later of the two in the middle",
      "late:        \(lateCount)" + (late.count < lateCount ? ", the first \(late.count) here" : ""),
    ]
    for one in late {
      let done = one.done.map { "done on \($0)" } ?? "still open"
      lines.append("  request \(one.number), \(one.clock.rawValue): \(one.days) days after \(one.due), \(done)")
    }
    lines += ["", "How jobs ended, by who vouches and what was seen, never added together:"]
    if outcomes.isEmpty { lines.append("  none is settled") }
    for one in outcomes {
      let proof = one.voucher.map { "\($0) / \(one.seen ?? "nothing")" } ?? "nobody vouches"
      lines.append("  \(one.outcome) (\(proof)): \(one.jobs)")
    }
    lines += [
      "jobs without an outcome: \(openJobs)", "", "exceptions by ground: \(Self.list(exceptionsByGround))",
      "incidents opened in the period: \(incidents), of these late: \(lateIncidents)", "",
      "Not in these figures: systems nobody registered, and anything the daemon did not write down.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func list(_ counts: [String: Int]) -> String {
    counts.isEmpty ? "none" : counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  private static func words(_ times: Times) -> String {
    let done = "done \(times.done), not yet \(times.notYet)"
    guard let median = times.medianDays, let worst = times.worstDays, let number = times.worstNumber else {
      return done
    }
    return "\(done); median \(median), worst \(worst) (request \(number))"
  }
}
