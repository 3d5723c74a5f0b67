import ErasureDomain

/// Kept data of one system under one statute that go on the same days: one sentence of a letter.
struct KeptDates: Hashable {
  let title: String
  let citation: String
  let ground: RetentionGround?
  let isConditional: Bool
  var datasets: [String]
  /// In order; at least one.
  var days: [CivilDate]

  /// Puts together what one sentence can say without saying anything else.
  static func group(_ facts: [LetterFacts.Kept]) -> [KeptDates] {
    var byDataset: [KeptDates] = []
    for fact in facts {
      let one = KeptDates(
        title: fact.title, citation: fact.citation, ground: fact.ground, isConditional: fact.isConditional,
        datasets: [fact.dataset], days: [fact.until])
      if let index = byDataset.firstIndex(where: { $0.isLike(one) && $0.datasets == one.datasets }) {
        byDataset[index].days = Set(byDataset[index].days + one.days).sorted()
      } else {
        byDataset.append(one)
      }
    }
    var result: [KeptDates] = []
    for one in byDataset {
      if let index = result.firstIndex(where: { $0.isLike(one) && $0.days == one.days }) {
        result[index].datasets += one.datasets
      } else {
        result.append(one)
      }
    }
    return result
  }

  private func isLike(_ other: KeptDates) -> Bool {
    (title, citation, ground, isConditional) == (other.title, other.citation, other.ground, other.isConditional)
  }
}
