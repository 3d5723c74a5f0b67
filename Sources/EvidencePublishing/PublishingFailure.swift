public import Journal

/// Why the log was not published, or evidence not exported.
public enum PublishingFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The journal failed.
  case journal(JournalFailure)
  /// The signer's key has another name than the log's origin.
  case otherOrigin(expected: String, found: String)
  /// The signer refused or is gone; the text is the signer's own.
  case signer(String)
  /// The folder holds a checkpoint that this log's key did not sign.
  case foreignCheckpoint(path: String, String)
  /// A file of the folder could not be written or read; `code` is the system's error number.
  case file(path: String, code: Int32)
  /// Nothing is known of the request, or of the log itself.
  case unknown(String)
  /// No checkpoint covers the request's entries yet.
  case notCovered(entry: UInt64)
  /// Something looks like a person's. The place and what it looks like, never the text.
  case personalData(place: String)
  /// What was signed about the request is gone on purpose.
  case destroyed(number: Int)
  /// A page of the log was asked for that this journal has not.
  case cursor

  public var description: String {
    switch self {
    case .journal(let failure): failure.description
    case .otherOrigin(let expected, let found):
      "the log key is named \(found), the log \(expected): use the log's own key"
    case .signer(let why): "the log key did not sign: \(why)"
    case .foreignCheckpoint(let path, let why):
      "\(path) is no checkpoint of this log (\(why)): point the daemon at the folder of this log, or at an empty one"
    case .file(let path, let code): "\(path) cannot be written or read (error \(code)): look at the disk and the rights"
    case .unknown(let what): "\(what) is not in this journal"
    case .notCovered(let entry): "no checkpoint covers entry \(entry) yet: publish first"
    case .personalData(let place):
      "nothing is exported: \(place). Evidence never holds a person; have it looked at, and open an incident"
    case .destroyed(let number):
      "what was signed about request \(number) was destroyed at its end (artifact-months): its entries are in the whole log "
        + "(expunge evidence export --all)"
    case .cursor: "this is no page of this log: begin the export anew"
    }
  }

  /// The failure behind an error of the journal, the tree or the signer.
  init(_ error: any Error) {
    switch error {
    case let failure as PublishingFailure: self = failure
    case let failure as JournalFailure: self = .journal(failure)
    default: self = .journal(.refused(String(describing: error)))
    }
  }
}
