import GRDB

/// Why the journal did not do what it was asked.
public enum JournalFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// Somebody else wrote to the stream: read it again and decide again.
  case conflict(stream: String, expected: Int, found: Int)
  /// The fold, a state machine or a rule of the journal refused; nothing was appended.
  case refused(String)
  /// An entry has more than 65 535 bytes or an artifact more than 1 MiB.
  case tooLarge
  /// The disk is full; nothing was appended.
  case full
  /// The entries and the tree over them differ, or the database cannot be read; `at` is the first wrong entry.
  case corrupt(at: UInt64?)
  /// More was signed than this database holds: it was put back to an earlier state. `seen` entries were signed, as
  /// `place` shows.
  case rolledBack(ours: UInt64, seen: UInt64, place: String)
  /// What was signed before over so many entries has another root than these entries.
  case forked(size: UInt64, place: String)
  /// The store did not work; nothing of it was durable when it was looked at again. A machine that stops at this moment
  /// may still find it there afterwards, so whoever tries again expects a revision.
  case unavailable(String)
  /// The journal was closed in order.
  case closed

  public var description: String {
    switch self {
    case .conflict(let stream, let expected, let found):
      "\(stream) has \(found) entries, not \(expected): something else changed it; look at it again"
    case .refused(let why): "the journal refused: \(why)"
    case .tooLarge:
      "an entry has more than 65535 bytes or an artifact more than 1 MiB; make smaller pieces of what is large"
    case .full: "the disk of the journal is full; make room, nothing was written"
    case .corrupt(let at):
      "the journal is damaged\(at.map { " at entry \($0)" } ?? ""): nothing is executed or signed any more; "
        + "restore it with expunged recover"
    case .rolledBack(let ours, let seen, let place):
      "the journal has \(ours) entries, and \(seen) were signed, as \(place) shows: the database was set back to an "
        + "earlier state. Nothing is executed or signed any more; move it away and get the newer log back with expunged "
        + "recover (docs/operating/backup.md)"
    case .forked(let size, let place):
      "the journal has other entries than those that were signed, within the first \(size), as \(place) shows. Nothing is "
        + "executed or signed any more; keep both databases and see docs/operating/keys.md"
    case .unavailable(let code): "the journal cannot be written or read (\(code)); look at its disk and try again"
    case .closed: "the journal is closed"
    }
  }

  /// The failure behind an error of the database, the fold or a reader's body.
  init(_ error: any Error) {
    switch error {
    case let failure as JournalFailure: self = failure
    case let error as DatabaseError:
      switch error.resultCode {
      case .SQLITE_FULL: self = .full
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(at: nil)
      default: self = .unavailable("sqlite-\(error.extendedResultCode.rawValue)")
      }
    default: self = .refused(String(describing: error))
    }
  }

  /// Whether it concerns one append and leaves the store as it was.
  var isOfOneAppend: Bool {
    switch self {
    case .conflict, .refused, .tooLarge: true
    case .full, .corrupt, .rolledBack, .forked, .unavailable, .closed: false
    }
  }
}
