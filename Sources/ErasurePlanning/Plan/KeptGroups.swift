import ErasureDomain

/// The rows of one system that stay for now, by the rule and the day they must go, or are looked at again.
struct KeptGroups {
  struct Group: Hashable, Comparable {
    let until: CivilDate
    let rule: String
    /// The day is a review: the start event has not happened.
    let isConditional: Bool

    init(_ kept: KeptCount) {
      until = kept.until
      rule = kept.rule
      isConditional = kept.isConditional
    }

    static func < (left: Group, right: Group) -> Bool {
      (left.until, left.rule, left.isConditional ? 1 : 0) < (right.until, right.rule, right.isConditional ? 1 : 0)
    }

    /// Rows without a start event stay longest: nobody knows their day.
    fileprivate static func staysLonger(_ left: Group, _ right: Group) -> Bool {
      if left.isConditional != right.isConditional { return right.isConditional }
      return left < right
    }
  }

  /// Rows to erase per dataset, in the order of the datasets found.
  private(set) var counts: [Group: [DatasetCount]] = [:]

  var groups: [Group] { counts.keys.sorted() }

  init(of record: SystemRecord, counts found: [DatasetCount]) {
    for count in found {
      var rows: [Group: Int] = [:]
      for kept in count.kept where kept.count > 0 {
        rows[Group(kept), default: 0] += kept.count
      }
      // What is left of a reduced row is needed as long as any row that kept it.
      if count.reduce > 0, let last = Self.until(ofReduced: count.dataset, in: record, counts: found) {
        rows[last, default: 0] += count.reduce
      }
      for (group, number) in rows {
        counts[group, default: []].append(
          DatasetCount(dataset: count.dataset, isRoot: count.isRoot, erase: number))
      }
    }
  }

  /// The last rule and day among the kept rows that keep a reduced dataset; nothing when none does.
  static func until(ofReduced dataset: String, in record: SystemRecord, counts: [DatasetCount]) -> Group? {
    guard case .reduce(_, let keeper) = record.datasets.first(where: { $0.name == dataset })?.treatment else {
      return nil
    }
    let kept = counts.filter { $0.dataset == keeper }.flatMap(\.kept).filter { $0.count > 0 }
    return kept.map { Group($0) }.max(by: Group.staysLonger)
  }
}
