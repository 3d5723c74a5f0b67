import ErasureDomain

/// The selected rows of one dataset, in memory: keys, links and what the decisions need, never other content.
struct SelectedRows {
  enum State: Sendable {
    /// Goes.
    case erase
    /// Only the columns stay that kept rows need.
    case reduce
    /// Was reduced before.
    case reduced
    /// Only columns stay that say nothing about a person.
    case anonymise
    /// Stays, by a rule and until a day.
    case keep
    /// Stays, because nobody can read when its period starts.
    case undated
    /// Stays, because other people's records use it too.
    case shared
  }

  struct Row {
    /// What names the row within the transaction.
    var place: [String]
    /// Values of `columns`, as text.
    let values: [String?]
    let isReduced: Bool
    var isRoot = false
    /// Found by an identifier, not only by the key of an approved record.
    var isMatched = false
    var state = State.erase
    var rule: String?
    var until: CivilDate?
    /// Its start event has not happened: `until` is the day to look again.
    var isConditional = false
    /// Stays, and loses now what its ground does not need, or gets the mark of a restricted row.
    var isMinimised = false
    /// Rows it belongs to, by the number of their dataset.
    var parents: [Int: [Int]] = [:]
    var isDropped = false
    /// Taken along by another statement of the same transaction.
    var hasGone = false

    /// An UPDATE overwrites it now.
    var isOverwritten: Bool { state == .reduce || state == .anonymise || (state == .keep && isMinimised) }
    /// Goes in some way.
    var isGoing: Bool { state == .erase || state == .reduce || state == .anonymise }
    /// Rule, day and marker of a row that stays.
    var keptGroup: KeptCount? {
      guard state == .keep, let rule, let until else { return nil }
      return KeptCount(rule: rule, until: until, count: 0, conditional: isConditional)
    }
  }

  /// The columns whose values are held.
  let columns: [String]
  private(set) var rows: [Row] = []
  private var byPlace: [[String]: Int] = [:]

  init(columns: [String]) { self.columns = columns }

  /// Rows that have not been dropped, by their place in `rows`.
  var indices: [Int] { rows.indices.filter { !rows[$0].isDropped } }

  func count(where condition: (Row) -> Bool) -> Int { rows.count { !$0.isDropped && condition($0) } }

  func contains(_ place: [String]) -> Bool { byPlace[place].map { !rows[$0].isDropped } ?? false }

  /// Adds a row, or finds it again.
  mutating func add(_ row: Row) -> (index: Int, isNew: Bool) {
    if let index = byPlace[row.place] { return (index, false) }
    byPlace[row.place] = rows.count
    rows.append(row)
    return (rows.count - 1, true)
  }

  mutating func change(_ index: Int, _ body: (inout Row) -> Void) { body(&rows[index]) }

  func value(_ index: Int, _ column: String) -> String? {
    columns.firstIndex(of: column).flatMap { rows[index].values[$0] }
  }

  /// Values of some columns; nothing when one of them is NULL.
  func values(_ index: Int, _ names: [String]) -> [String]? {
    let values = names.compactMap { value(index, $0) }
    return values.count == names.count ? values : nil
  }
}
