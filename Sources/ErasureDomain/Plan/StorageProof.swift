/// How far an erasure was followed beyond the rows, into the files in which a database keeps old content. Never rounded
/// up: without a check "removed from the database" is all that is said.
public struct StorageProof: Hashable, Sendable, Codable {
  /// What was checked, each level with those before it.
  public enum Level: String, Hashable, Sendable, Codable, CaseIterable {
    /// The rows are not there any more. Their bytes may be, in files, statistics and logs.
    case removed
    /// Every file that held the rows (tables, TOAST, indexes, planner statistics) was replaced after the commit, when no
    /// transaction was left that could still see them; on the server that erased, not on its standbys.
    case rewritten
    /// The write-ahead log of before that is gone from the server's folder too, and the server sends it nowhere and keeps
    /// it nowhere else. Nothing is said of the server's own message log.
    case goneFromLogs = "gone-from-logs"

    /// The level in words.
    public var words: String {
      switch self {
      case .removed: "removed from the database"
      case .rewritten: "rewritten on disk"
      case .goneFromLogs: "rewritten on disk and gone from the write-ahead log"
      }
    }
  }

  /// What was done and read back beside the removal, without which the erasure would not have ended. It says nothing of
  /// old places on a disk, so it makes no higher level.
  public enum Check: String, Hashable, Sendable, Codable, CaseIterable {
    /// SQLite: deleted content was overwritten where it stood; the setting was read back from the connection that erased.
    case secureDelete = "secure-delete"
    /// SQLite: full-text tables that held words of the rows were optimised, so that no word of them is left.
    case fullTextOptimised = "full-text-optimised"
    /// SQLite: the write-ahead log was empty after the commit, and nobody read an older state.
    case logEmptied = "log-emptied"

    /// The check in words.
    public var words: String {
      switch self {
      case .secureDelete: "secure_delete was on"
      case .fullTextOptimised: "full-text tables were optimised"
      case .logEmptied: "the write-ahead log was emptied"
      }
    }
  }

  public let level: Level
  /// Why no more is said, where more was asked for; a code.
  public let reason: FailureCode?

  /// In the order of `Check`; nil where none was made, and then in no bytes either.
  public let checks: [Check]?

  public init(_ level: Level, because reason: FailureCode? = nil, checks: Set<Check> = []) {
    self.level = level
    self.reason = reason
    self.checks = checks.isEmpty ? nil : Check.allCases.filter(checks.contains)
  }

  /// The level, what was checked beside it, and what kept it from being a higher one.
  public var words: String {
    let checked = (checks ?? []).map(\.words)
    return checked.isEmpty ? levelWords : "\(levelWords); checked: \(checked.joined(separator: ", "))"
  }

  private var levelWords: String {
    guard let reason else { return level.words }
    switch level {
    case .removed: return "\(level.words), not rewritten on disk: \(reason)"
    case .rewritten, .goneFromLogs: return "\(level.words), the write-ahead log may hold it: \(reason)"
    }
  }
}

extension JobOutcome {
  /// How far an erasure in a database was followed: without a check of more, removed rows are all that is said. Nil where
  /// no look went into a database.
  public var storage: StorageProof? {
    guard let look = receipt?.verification else { return nil }
    if let storage = look.storage { return storage }
    guard case .erased(let receipt) = self, receipt.erased > 0, look.voucher == .us,
      Self.looksIntoDatabases.contains(look.path.rawValue)
    else { return nil }
    return StorageProof(.removed)
  }

  /// The paths by which a look goes into a database.
  private static let looksIntoDatabases: Set<String> = ["second-connection", "replica"]
}
