/// A few words for entries about restriction and objection.
enum MeasureHistory {
  static func words(for entry: EvidenceEntry) throws -> String {
    switch entry.kind {
    case MeasureOrdered.kind:
      let facts = try entry.facts(as: MeasureOrdered.self)
      return
        "\(facts.measure.rawValue) in \(facts.systems.count + facts.byHand.count) systems, \(facts.byHand.count) by hand"
    case MeasureStarted.kind:
      let facts = try entry.facts(as: MeasureStarted.self)
      return "\(facts.measure.rawValue), \(facts.system)"
    case MeasureApplied.kind:
      let facts = try entry.facts(as: MeasureApplied.self)
      return "\(facts.measure.rawValue), \(facts.system): " + (entry.by == nil ? "\(facts.rows) rows" : "by hand")
    case MeasureFailed.kind:
      let facts = try entry.facts(as: MeasureFailed.self)
      return "\(facts.measure.rawValue), \(facts.system): \(facts.code)"
    case MeasureLifted.kind:
      let facts = try entry.facts(as: MeasureLifted.self)
      return "\(facts.measure.rawValue); the person was told on \(facts.informedOn) by \(facts.channel)"
    case MeasureUndone.kind:
      let facts = try entry.facts(as: MeasureUndone.self)
      return "\(facts.measure.rawValue), \(facts.system): "
        + (entry.by == nil ? "\(facts.rows) rows put back" : "by hand")
    default: return ""
    }
  }
}
