/// A few words for entries about what a person takes along.
enum PackageHistory {
  static func words(for entry: EvidenceEntry) throws -> String {
    switch entry.kind {
    case RowsCollected.kind:
      let facts = try entry.facts(as: RowsCollected.self)
      return "\(facts.datasets.reduce(0) { $0 + $1.rows }) rows in the vault until \(facts.expires)"
    case FilesAdded.kind:
      let facts = try entry.facts(as: FilesAdded.self)
      return "\(facts.files) files in the vault until \(facts.expires)"
    case CollectionExpired.kind: return "what was collected is gone from the vault"
    case PackageMade.kind:
      let facts = try entry.facts(as: PackageMade.self)
      return
        "\(facts.package.rawValue): \(facts.rows) rows, \(facts.files) files, to be delivered before \(facts.until)"
    case PackageDelivered.kind:
      let facts = try entry.facts(as: PackageDelivered.self)
      return "\(facts.package.rawValue), \(facts.how)"
    case PackageWaived.kind:
      let facts = try entry.facts(as: PackageWaived.self)
      return "\(facts.system?.description ?? "everything"): \(facts.reason)"
    default: return ""
    }
  }
}
