import ErasureDomain

// On which ground each category goes or stays (requirements C1).
extension PlanInput {
  /// One line for each category of data in each system in which something is done or was found.
  func decisionLines() -> [CategoryDecision] {
    applicable.flatMap { record -> [CategoryDecision] in
      switch dutyByRegister(in: record) {
      case .erase: lines(ofSearched: record)
      case .tell, .byHand: [line(record.category(), of: nil, in: record)]
      // Copies follow the systems that they are of.
      case .tag, nil: []
      }
    }
  }

  private func lines(ofSearched record: SystemRecord) -> [CategoryDecision] {
    guard let seen = searched[record.system], seen.hasHits else { return [] }
    let found =
      seen.counts.filter { count in count.going > 0 || count.kept.contains { $0.count > 0 } }.map(\.dataset)
      + seen.leftOut.filter { $0.count > 0 }.map(\.dataset)
    let datasets = Dictionary(grouping: Set(found)) { record.category(of: $0) }
    return datasets.sorted { $0.key < $1.key }.map { line($0.key, of: $0.value.sorted(), in: record) }
  }

  private func line(_ category: String, of datasets: [String]?, in record: SystemRecord) -> CategoryDecision {
    let decided = decision(on: category, in: record)
    return CategoryDecision(
      system: record.system, category: category, datasets: datasets, ground: decided?.ground ?? ground,
      rejected: decided?.rejected, by: decided?.by ?? acceptedBy)
  }

  private func decision(on category: String, in record: SystemRecord) -> CategoryDecision? {
    decisions.first { $0.system == record.system && $0.category == category }
  }

  /// Whether nothing is asked of a system that is told or dealt with by hand, because no ground applies to what it has.
  func isRejected(_ record: SystemRecord) -> Bool {
    switch dutyByRegister(in: record) {
    case .tell, .byHand: decision(on: record.category(), in: record)?.rejected != nil
    case .erase, .tag, nil: false
    }
  }
}
