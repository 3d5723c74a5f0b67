import CSecondVerifier
import ErasureDomain

/// The folder that an auditor gets for a whole log: `log/` as it was published, and what was made from it.
///
/// Everything that `write` makes follows from `log/` alone, so that a verifier makes it again and compares the bytes.
public enum AuditorsFolder {
  /// The form of the files that are made here; a changed form gets a new number.
  public static let format = 2
  /// The published log within the folder.
  public static let log = "log"
  /// Bundles of single requests within the folder, by their numbers.
  public static let bundles = "bundles"
  /// One line for each request number.
  public static let requests = "requests.csv"
  /// One line for each case that is or was late.
  public static let late = "late.csv"
  /// What each person did.
  public static let people = "people.csv"
  /// The page to begin with.
  public static let index = "index.html"
  /// For people who open the folder.
  public static let readMe = "README.txt"
  /// The second verifier.
  public static let verifier = "verify.py"

  /// The files that `write` makes.
  public static let made = [index, requests, late, people] + LogTable.allCases.map(\.file)

  /// Those of them that had another content in an earlier form.
  static let changing = [index, LogTable.exceptions.file, LogTable.history.file]

  /// The bytes of `verify.py`, which this program carries.
  public static var verifierBytes: [UInt8] {
    var count = 0
    let bytes = second_verifier(&count)
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// Makes all files, in pieces: `sink` gets the path and the next bytes of that file. Throws where a number of the log has
  /// no request, and what reading and the sink throw.
  public static func write<Files: EvidenceFiles>(
    from source: EvidenceSource<Files>, window: Int = AccountWalk<Files>.usualWindow,
    to sink: (_ path: String, _ bytes: [UInt8]) throws -> Void
  ) throws {
    var log = LogAccount()
    var figures = EvidenceFigures(asOf: .first)
    var changes: [[String]] = []
    var hasBegun = false
    try sink(requests, TableRow.line(RequestAccount.columns))
    try sink(late, TableRow.line(RequestAccount.lateColumns))
    for table in LogTable.allCases { try sink(table.file, TableRow.line(table.columns)) }
    try AccountWalk(source, window: window).run { index, entry in
      do {
        try log.take(entry)
        guard let (table, cells) = try LogTable.row(entry, at: index) else { return }
        try sink(table.file, TableRow.line(cells))
        if AuditorsIndex.shows(entry.kind), changes.count < AuditorsIndex.mostRows { changes.append(cells) }
      } catch let problem as EntryProblem {
        throw AuditingProblem.entry(index, "\(problem)")
      }
    } account: { account in
      // The first account comes when every entry was read: then the day of the last one is known.
      if !hasBegun { (figures, hasBegun) = (EvidenceFigures(asOf: log.asOf), true) }
      figures.add(account)
      try sink(requests, TableRow.line(account.row(practice: log.opened?.practice ?? false, asOf: log.asOf)))
      for row in account.lateRows(asOf: log.asOf) { try sink(late, TableRow.line(row)) }
    }
    if !hasBegun { figures = EvidenceFigures(asOf: log.asOf) }
    log.addIncidents(to: &figures)
    try sink(people, TableRow.line(LogAccount.peopleColumns))
    for row in log.peopleRows { try sink(people, TableRow.line(row)) }
    let page = AuditorsIndex(
      checkpoint: source.checkpoint, cosigners: source.cosigners, log: log, figures: figures.finished(),
      changes: changes)
    try sink(index, page.html)
  }
}
