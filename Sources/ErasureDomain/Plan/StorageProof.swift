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

  public let level: Level
  /// Why no more is said, where more was asked for; a code.
  public let reason: FailureCode?

  public init(_ level: Level, because reason: FailureCode? = nil) {
    self.level = level
    self.reason = reason
  }

  /// The level, and what kept it from being a higher one.
  public var words: String {
    guard let reason else { return level.words }
    switch level {
    case .removed: return "\(level.words), not rewritten on disk: \(reason)"
    case .rewritten, .goneFromLogs: return "\(level.words), the write-ahead log may hold it: \(reason)"
    }
  }
}
