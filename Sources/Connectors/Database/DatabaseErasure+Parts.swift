import ConnectorKit
import ErasureDomain

// Large erasures in several transactions: which rows may go before the others.
extension DatabaseErasure {
  /// Deletes at most `limit` rows of a dataset that may go in parts; their number.
  static func deletePart(of dataset: DatabaseDataset, _ selection: DatabaseSelection, limit: Int) throws -> Int {
    let dialect = selection.dialect
    guard !selection.isDirect(dataset) else {
      return try selection.session.execute(
        dialect.deletePart(of: dataset.table, where: selection.directCondition(dataset, "t"), limit: limit))
    }
    let places = Array(selection.places(dataset) { $0.state == .erase }.prefix(limit))
    let listed = selection.listed(dataset, "t", places)
    let erased = try selection.session.execute("DELETE FROM \(dataset.table.source) AS t WHERE \(listed)")
    guard erased == places.count else { throw ConnectorFailure.settle("change-ignored") }
    return erased
  }
}

extension DatabaseSelection {
  /// Whether rows of a dataset go, and some of them may go before the others.
  ///
  /// Each part makes the selection anew, so nothing may be found through a row that is gone by then, kept or not: no
  /// dataset with rows belongs to it. Root records are compared with the approved ones until the last transaction, and
  /// rows that refer to each other, or that triggers look at, go in one statement.
  func mayGoInParts(_ dataset: DatabaseDataset, _ counts: [DatasetCount]) -> Bool {
    guard counts.contains(where: { $0.dataset == dataset.name && $0.erase > 0 }) else { return false }
    if isDirect(dataset) { return true }
    switch dataset.record.treatment {
    case .delete, .retain, .retainWith: break
    case .reduce, .anonymise, .call: return false
    }
    guard !dataset.record.isRoot, !dataset.table.hasTriggers else { return false }
    let occupied = Set(counts.filter { $0.going + $0.kept.reduce(0) { $0 + $1.count } > 0 }.map(\.dataset))
    let below = layout.datasets.filter { $0.record.belongsTo.contains { $0.dataset == dataset.name } }
    guard occupied.isDisjoint(with: below.map(\.name)) else { return false }
    return layout.catalogue.references(to: dataset.table).allSatisfy { key in
      key.table != dataset.table.name && occupied.isDisjoint(with: layout.datasets(on: key.table).map(\.name))
    }
  }
}
