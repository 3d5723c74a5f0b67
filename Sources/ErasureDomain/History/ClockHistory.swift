/// A few words for entries that move or watch a request's dates.
enum ClockHistory {
  static func words(for entry: EvidenceEntry) throws -> String {
    switch entry.kind {
    case DeadlineExtended.kind:
      let facts = try entry.facts(as: DeadlineExtended.self)
      return "\(facts.reason.rawValue): last day \(facts.statutory), work to \(facts.workTo)"
    case IdentityAsked.kind:
      let facts = try entry.facts(as: IdentityAsked.self)
      return "by \(facts.method.rawValue), for the doubt \(facts.doubt)"
    case IdentityProved.kind:
      let facts = try entry.facts(as: IdentityProved.self)
      return facts.suspendedDays == 0
        ? "on \(facts.on), nothing suspended"
        : "on \(facts.on), suspended \(facts.suspendedDays) days: last day \(facts.statutory)"
    case ReceiptCorrected.kind:
      let facts = try entry.facts(as: ReceiptCorrected.self)
      return "received \(facts.receivedOn) already (\(facts.reason)): last day \(facts.dueDates.statutory)"
    default:
      let facts = try entry.facts(as: DeadlineNear.self)
      return "\(facts.lead) working days or fewer to \(facts.workTo)"
    }
  }
}
