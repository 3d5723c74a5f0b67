import ErasureDomain

/// What a selection made after an erasure shows.
struct DatabaseVerification {
  let selection: DatabaseSelection

  /// Rows that should have gone, and rows that stay on a ground.
  func verification(path: FailureCode) throws -> Verification {
    var remaining: [DatasetCount] = []
    var kept: [KeptCount] = []
    for (dataset, count) in zip(selection.layout.datasets, try selection.counts()) {
      // A row whose day nobody can read was neither erased nor kept on a ground.
      let undated = selection.sets[dataset.number].count { $0.state == .undated }
      if count.going + undated + (count.minimised ?? 0) > 0 {
        remaining.append(
          DatasetCount(
            dataset: count.dataset, isRoot: count.isRoot, erase: count.erase + undated, reduce: count.reduce,
            anonymised: count.anonymised, minimised: count.minimised))
      }
      for one in count.kept {
        if let place = kept.firstIndex(where: { $0.group == one.group }) {
          kept[place].count += one.count
        } else {
          kept.append(one)
        }
      }
    }
    return Verification(
      voucher: .us, seen: .secondLook, path: path, remaining: remaining,
      kept: kept.sorted { ($0.until, $0.rule) < ($1.until, $1.rule) })
  }
}
