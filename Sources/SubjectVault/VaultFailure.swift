public import ErasureDomain
import GRDB

/// Why the vault or the keyring refused or could not do what it was asked.
///
/// Neither a case nor its message ever holds a value from the store: references, item names and codes only.
public enum VaultFailure: Error, Hashable, Sendable {
  /// The request has no vault entry: it never had one, or it was destroyed.
  case unknownRequest(RequestReference)
  /// The request already has a vault entry.
  case exists(RequestReference)
  /// The wrapping key is not 32 bytes, or not the one this file was made with.
  case wrongKey
  /// The stored bytes of this item are not those that were written, or do not belong there.
  case damaged(String)
  /// Another connection reads or writes the file. After a destruction: the rows are gone, copies of them are not yet.
  case busy
  /// The disk is full.
  case full
  /// The store cannot be used; the code says why.
  case unavailable(FailureCode)

  /// What any error of the database means here. Its own message is dropped, because it may quote values.
  init(_ error: any Error) {
    switch error {
    case let failure as VaultFailure: self = failure
    case let problem as DatabaseError: self = Self.meaning(of: problem)
    case is CancellationError: self = .unavailable(FailureCode("interrupted"))
    default: self = .unavailable(FailureCode("unexpected-error"))
    }
  }

  private static func meaning(of problem: DatabaseError) -> VaultFailure {
    switch problem.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
    case .SQLITE_FULL: .full
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged("database")
    case .SQLITE_INTERRUPT, .SQLITE_ABORT: .unavailable(FailureCode("interrupted"))
    default: .unavailable(FailureCode("sqlite-\(problem.extendedResultCode.rawValue)"))
    }
  }
}

extension VaultFailure: CustomStringConvertible {
  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .unknownRequest(let request):
      "request \(request) has no vault entry: it was never registered here or its entry has been destroyed"
    case .exists(let request):
      "request \(request) already has a vault entry; register a new request under a new reference"
    case .wrongKey:
      "the credential vaultkey is not the key of this file; give the daemon the key that the file was made with"
    case .damaged(let name):
      "\"\(name)\" cannot be opened: its bytes were changed or moved; put the store's last backup back"
    case .busy:
      "another process has the store open; end it (a copy, a shell) and try again: destructions finish then"
    case .full:
      "the disk of the store is full; free space and try again"
    case .unavailable(let code):
      "the store cannot be used (\(code)); see the path, owner and mode of the file, and the disk"
    }
  }
}
