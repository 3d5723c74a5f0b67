import ErasureDomain
import OfficerAPI

/// A plan in words and tables, for the person who answers for it.
enum PlanText {
  /// The whole page.
  static func text(_ page: PlanPage) -> String {
    var result = head(page) + "\n"
    let now = page.rows.filter { $0.verb != nil && !$0.isFollowUp }
    let later = page.rows.filter { $0.verb != nil && $0.isFollowUp }
    let none = page.rows.filter { $0.verb == nil }
    result += section("Now", table(now, page))
    result += section("Later", laterTable(later, page))
    result += section("No job", noJob(none))
    result += section("Grounds, by category", decisions(page))
    if let differences = page.differences {
      let lines = differences.isEmpty ? ["nothing"] : differences
      result += section(
        "Otherwise than the proposal before it", lines.map { "- \(Printable.line($0))\n" }.joined())
    }
    let notices = page.notices.map { "- \(Printable.line($0))\n" }.joined()
    result += section("Before it can run, as things are now", notices)
    result += "What else will happen\n" + consequences(page).map { "- \($0)\n" }.joined()
    return result
  }

  private static func section(_ title: String, _ body: String) -> String {
    body.isEmpty ? "" : "\(title)\n\(body)\n"
  }

  // MARK: The head

  private static func head(_ page: PlanPage) -> String {
    var result = ""
    if page.practice { result += "PRACTICE: this plan is not meant for real people\n\n" }
    var facts = FactList()
    facts.add("Plan", page.plan.text)
    facts.add("Request", page.number.map { "\($0), \(page.request)" } ?? page.request.text)
    facts.add("State", page.state)
    facts.add("Log", page.log)
    facts.add("Ground", page.ground.map(PlanWords.ground))
    facts.add(
      "Due", page.dueDates.map { "work to \($0.workTo), last day by law \($0.statutory), received \($0.received)" })
    facts.add("Drafted", "\(page.at)" + (page.drafter.map { $0.isEmpty ? "" : " by \($0)" } ?? ""))
    facts.add("Digest", page.digest.description)
    if let needed = page.approvalsNeeded {
      let names = page.approvals.isEmpty ? "" : " (\(page.approvals.joined(separator: ", ")))"
      facts.add("Signatures", "\(page.approvals.count) of \(needed)\(names)")
    }
    facts.add("Sign before", page.startBefore?.description)
    return result + facts.text
  }

  // MARK: The tables

  private static let titles = ["SYSTEM", "ROLE", "WHAT WILL HAPPEN", "GO", "REDUCED", "KEPT", "LEFT OUT", "AFTER"]
  private static let numbers: Set<Int> = [3, 4, 6]

  private static func table(_ rows: [PlanPage.Row], _ page: PlanPage) -> String {
    var table = TextTable(titles, numbers: numbers)
    for row in rows {
      table.add(lines: [
        [row.title], [PlanWords.role(row.role)], action(row), [number(row.erased, of: row)],
        [number(row.reduced, of: row)], row.kept.map(PlanWords.kept), [row.leftOut > 0 ? "\(row.leftOut)" : ""],
        after(row, page),
      ])
      addDatasets(of: row, to: &table)
    }
    return table.text
  }

  private static func number(_ number: Int, of row: PlanPage.Row) -> String { row.counts.isEmpty ? "" : "\(number)" }

  private static func action(_ row: PlanPage.Row) -> [String] {
    guard let verb = row.verb else { return [] }
    if let export = row.export { return PackageText.action(export) }
    if row.followUp?.isConditional == true { return ["kept rows are looked at again"] }
    if row.anonymised + row.minimised + row.restricted > 0 {
      return [PlanWords.action(verb)]
        + [
          (row.anonymised, "anonymised, not deleted"), (row.restricted, "taken out of use, not deleted"),
          (row.minimised, "kept and minimised"),
        ]
        .filter { $0.0 > 0 }.map { "  \($0.0) \($0.1)" }
    }
    guard let identifiers = row.identifiers, !identifiers.isEmpty, verb != .erase else {
      return [PlanWords.action(verb)]
    }
    let kinds = identifiers.map(\.rawValue).joined(separator: ", ")
    return [PlanWords.action(verb), "  \(verb.tellsCompany ? "gets" : "by") \(kinds)"]
  }

  /// The names of the systems that come first, two on a line.
  private static func after(_ row: PlanPage.Row, _ page: PlanPage) -> [String] {
    let names = titles(of: row.after, page)
    return stride(from: 0, to: names.count, by: 2).map { start in
      names[start..<min(start + 2, names.count)].joined(separator: ", ") + (start + 2 < names.count ? "," : "")
    }
  }

  private static func titles(of systems: [SystemName], _ page: PlanPage) -> [String] {
    systems.map { system in page.rows.first { $0.system == system }?.title ?? system.description }
  }

  private static func addDatasets(of row: PlanPage.Row, to table: inout TextTable) {
    for dataset in row.export.map(PackageText.datasets) ?? [] {
      table.add(lines: [["  " + dataset.name], [], dataset.what.map { "  " + $0 }])
    }
    for count in row.counts {
      table.add(lines: [
        ["  " + count.dataset + (count.isRoot ? " (root)" : "")], [], changed(count), ["\(count.erase)"],
        ["\(count.reduce)"],
        count.kept.map(PlanWords.kept),
      ])
    }
  }

  private static func changed(_ count: DatasetCount) -> [String] {
    [
      (count.anonymised, "anonymised"), (count.restricted, "taken out of use"),
      (count.minimised, "kept and minimised"),
    ].compactMap { number, what in number.map { "  \($0) \(what)" } }
  }

  private static func laterTable(_ rows: [PlanPage.Row], _ page: PlanPage) -> String {
    var table = TextTable(["DAY", "SYSTEM", "WHAT WILL HAPPEN", "GO", "REDUCED", "WHY"], numbers: [3, 4])
    for row in rows {
      let rule = why(row.followUp)
      table.add(lines: [
        [row.followUp?.due?.description ?? "when its day is known"], [row.title], action(row),
        [number(row.erased, of: row)], [number(row.reduced, of: row)],
        [rule.isEmpty ? "follows " + titles(of: row.after, page).joined(separator: ", ") : rule],
      ])
    }
    return table.text
  }

  /// Rule, statute, exception of Art. 17(3) and where the rows are by then.
  private static func why(_ followUp: FollowUp?) -> String {
    let open = followUp?.isConditional == true ? "start event open" : nil
    let moves = followUp?.movesTo.map { "rows move to \($0) before" }
    return [followUp?.rule, followUp?.citation, followUp?.ground?.text, open, moves].compactMap { $0 }
      .joined(separator: ", ")
  }

  private static func noJob(_ rows: [PlanPage.Row]) -> String {
    var table = TextTable(["SYSTEM", "ROLE", "WHY"])
    for row in rows {
      guard let reason = row.notApplicable else { continue }
      let why = row.ceased.map(\.description) ?? PlanWords.reason(reason)
      table.add([row.title, PlanWords.role(row.role), Printable.line(why)])
    }
    return table.text
  }

  private static func decisions(_ page: PlanPage) -> String {
    var table = TextTable(["SYSTEM", "CATEGORY", "GROUND", "DECIDED", "BY"])
    for line in page.decisions {
      let decision = line.decision
      table.add([
        titles(of: [decision.system], page).joined(), decision.category, PlanWords.ground(decision.ground),
        decision.rejected.map { "rejected: \(PlanWords.rejection($0)); nothing goes" } ?? "accepted",
        Printable.line(line.by),
      ])
    }
    return page.decisions.isEmpty ? "" : table.text
  }

  // MARK: What else

  private static func consequences(_ page: PlanPage) -> [String] {
    var lines = page.rows.flatMap { row in row.sideEffects.map { "\(row.title): \($0)" } }
    let verbs = Set(page.rows.compactMap(\.verb))
    let onlyExports = verbs.isSubset(of: [.export])
    if verbs.contains(.export) {
      lines.append(
        "The rows are read into the vault, for thirty days at most. "
          + (onlyExports
            ? "Nothing is changed or erased."
            : "Nothing of ours goes before the person has the package, or an officer has waived it (expunge package)."))
    }
    if page.rows.contains(where: { !$0.counts.isEmpty }) {
      lines.append(
        "Of root records exactly these go. Dependent rows may have grown by \(page.margin.percent) %, at least "
          + "\(page.margin.least); one more, and nothing is touched and you are asked.")
    }
    if verbs.contains(where: \.tellsCompany) {
      lines.append("Companies are told first; a silent one holds up our own systems for three days at most.")
    }
    if verbs.contains(.tagExpiry) {
      lines.append(
        "Backups still hold the person until the last day of their sets; they count as erased when seen gone.")
    }
    lines += keptRows(page.rows.filter { !$0.isFollowUp }.flatMap(\.kept))
    lines += page.rows.flatMap(anonymised)
    if verbs.contains(.manual) {
      lines.append("What is done by hand waits for the signatures of two people who did not draft this plan.")
    }
    if !onlyExports {
      lines.append("When every job due now is settled, all searched systems are looked at again, twice.")
    }
    lines.append("Then the person is informed, and what the vault holds of him is destroyed; the log names nobody.")
    if !onlyExports { lines.append("Erased rows cannot be brought back.") }
    return lines
  }

  private static func keptRows(_ kept: [KeptCount]) -> [String] {
    var lines: [String] = []
    let dated = kept.filter { !$0.isConditional }.reduce(0) { $0 + $1.count }
    if dated > 0 {
      let rows = PlanWords.count(dated, "row stays", "rows stay")
      lines.append("\(rows) on the rules above and must go on the days above.")
    }
    let open = kept.filter(\.isConditional).reduce(0) { $0 + $1.count }
    if open > 0 {
      let rows = PlanWords.count(open, "row stays", "rows stay")
      lines.append(
        "\(rows) because the event that starts the period has not happened; looked at again on the day above, when "
          + "what is past its date goes and you are asked about the rest.")
    }
    return lines
  }

  /// By approving, two people approve these conditions.
  private static func anonymised(_ row: PlanPage.Row) -> [String] {
    row.anonymise.sorted { $0.key < $1.key }.map { dataset, how in
      // Plans of before it was asked for do not name it.
      let linkability = how.linkability.map { "Tested that it cannot be linked to a person: \($0.words). " } ?? ""
      return "\(row.title), \(dataset): anonymised, not deleted, and the person is told so. What stays "
        + "(\(how.keepColumns.joined(separator: ", "))) is alike in groups of at least \(how.groupSize). "
        + "\(linkability)No key survives: "
        + "\(how.noKeySurvives.words). Logs included: \(how.logsIncluded.words). Method approved: "
        + "\(how.methodApproved.words). Two people must sign."
    }
  }
}
