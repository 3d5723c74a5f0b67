import ConnectorKit
import ErasureDomain

/// A look after an erasure: what should have gone, by the selection anew and by a look that does not depend on it.
struct DatabaseVerification {
  let session: any DatabaseSession
  let layout: DatabaseLayout
  let context: ConnectorContext
  let order: ErasureOrder

  /// The rows of the order as the selection finds them now.
  func selection() throws -> DatabaseSelection {
    try DatabaseSelection(
      session, layout, context, for: .look, identifiers: order.kept == nil ? order.identifiers : [],
      keys: order.kept?.roots ?? order.roots, leftOut: order.leftOut, reviewDay: order.reviewDay(context),
      minimises: order.kept == nil)
  }

  /// Rows that should have gone, and rows that stay on a ground.
  func verification(path: FailureCode) throws -> Verification {
    if let obstacle = layout.obstacles.first { throw ConnectorFailure.settle(obstacle.code.rawValue) }
    return try verification(of: try selection(), path: path)
  }

  /// The same over a given selection, which need not be right.
  func verification(of selection: DatabaseSelection, path: FailureCode) throws -> Verification {
    let counter = DatabaseCounterLook(session: session, layout: layout, order: order)
    var remaining: [DatasetCount] = []
    var kept: [KeptCount] = []
    for (dataset, count) in zip(layout.datasets, try selection.counts()) {
      let set = selection.sets[dataset.number]
      // A row whose day nobody can read was neither erased nor kept on a ground.
      var left = set.count { $0.state == .undated }
      if dataset.record.isRoot {
        let stays = dataset.mayStay ? set.count { $0.isRoot && ($0.state == .keep || $0.state == .reduced) } : 0
        // What the selection does not know of is there all the same.
        left = max(left, try counter.records(of: dataset) - stays - count.going)
      }
      if count.going + left + (count.minimised ?? 0) > 0 {
        remaining.append(
          DatasetCount(
            dataset: count.dataset, isRoot: count.isRoot, erase: count.erase + left, reduce: count.reduce,
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

extension DatabaseDataset {
  /// Whether its treatment leaves rows of any kind.
  fileprivate var mayStay: Bool {
    switch record.treatment {
    case .delete, .call: false
    case .retain, .retainWith, .reduce, .anonymise: true
    }
  }
}
