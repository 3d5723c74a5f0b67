import OfficerAPI

/// What a look through a restored system has shown, in words.
enum RestoreText {
  static func text(_ view: RestoreView, isDrill: Bool = false) -> String {
    let place = view.copy.map { "\($0), a copy of \(view.system)" } ?? "\(view.system)"
    var lines = [
      "\(place), as of \(view.asOf): \(PlanWords.count(view.records, "record", "records")) read on \(view.at).",
      view.certain == 0
        ? "None of them was erased since."
        : "\(PlanWords.count(view.certain, "record was", "records were")) erased since, for certain.",
    ]
    if !view.possible.isEmpty {
      let list = view.possible.sorted { $0.key < $1.key }.map { "\($0.value) in \($0.key)" }.joined(separator: ", ")
      lines.append(
        "Possibly too, by the key or another field alone: \(list). Keys are used again, and an address may be a new "
          + "customer's: look before anything is done.")
    }
    lines += view.proposals.map(proposal)
    if isDrill {
      lines.append("This was a drill: nothing was proposed.")
    } else if !view.proposals.isEmpty {
      lines.append("Keep the system closed until they are done.")
    }
    return lines.map { Printable.line($0) }.joined(separator: "\n") + "\n"
  }

  private static func proposal(_ proposal: RestoreView.Proposal) -> String {
    let earlier = proposal.earlier.map { "request \($0)" } ?? "an earlier request"
    guard let number = proposal.number else {
      return "What was erased for \(earlier) is back and could not be registered; register it by hand: "
        + (proposal.problem ?? "")
    }
    let again = "Request \(number) (again, after \(earlier))"
    if proposal.isApproved { return "\(again) is erased again now, by the standing approval: expunge watch \(number)" }
    if proposal.isPlanned, let problem = proposal.problem {
      return "\(again) has a plan, and \(problem): expunge approve \(number)"
    }
    if let problem = proposal.problem { return "\(again) has no plan: \(problem)" }
    return proposal.isPlanned
      ? "\(again) has a plan: expunge approve \(number)" : "\(again) waits for a plan: expunge plan \(number)"
  }
}
