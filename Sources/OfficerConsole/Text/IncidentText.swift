import ErasureDomain
import OfficerAPI

/// An incident in words: the facts that a report to the authority needs.
enum IncidentText {
  static func text(_ view: IncidentView) -> String {
    var facts = FactList()
    facts.add("Incident", "request \(view.number) has erased data of the wrong person, or may have (\(view.request))")
    facts.add("Known since", "\(view.openedAt)")
    facts.add(
      "Report before",
      "\(view.reportBefore) (Art. 33 GDPR: 72 hours), "
        + (view.hoursLeft >= 0 ? "\(view.hoursLeft) hours left" : "\(-view.hoursLeft) hours too late"))
    facts.add("Nature", "accidental destruction of personal data of one person; what ran of the request is stopped")
    var text = facts.text + "\n"
    guard !view.places.isEmpty else { return text + "Nothing had begun to go, and nobody had been told.\n" }
    for place in view.places { text += Self.place(place) }
    return text
      + "Tell the companies above that it was a mistake, and restore from the copies before their last day.\n"
      + "Next: expunge incident close \(view.number) --reported (or --no-risk)\n"
  }

  private static func place(_ place: IncidentView.Place) -> String {
    let what = place.verb.changesSystem ? PlanWords.count(place.rows, "row", "rows") : "told (\(place.verb.rawValue))"
    var text = "\(Printable.line(place.title)) (\(place.system)): \(what), \(place.state)"
    text += place.at.map { ", from \($0) on\n" } ?? "\n"
    for copy in place.copies {
      let words: String
      if let problem = copy.problem {
        words = problem
      } else if let complete = copy.complete {
        words = "newest copy from before: \(complete)" + (copy.lastDay.map { ", there until \($0)" } ?? "")
      } else {
        words = "no copy from before it"
      }
      text += "  \(copy.keeper): \(Printable.line(words))\n"
    }
    if place.verb.changesSystem, place.copies.isEmpty { text += "  the register names no copy of it\n" }
    return text
  }
}
