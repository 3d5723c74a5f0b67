import ErasureDomain

/// Why nothing can be made of evidence. The place is named, never what stands there.
public enum AuditingProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file that is needed is absent.
  case absent(path: String)
  /// The checkpoint does not read.
  case checkpoint(String)
  /// A file of entries does not hold what the checkpoint covers.
  case cut(path: String)
  /// An entry does not read.
  case entry(UInt64, String)
  /// A number of the log has no request.
  case gap(number: Int, entry: UInt64)
  /// An entry of a request that no entry before it has received.
  case unreceived(entry: UInt64)
  /// Nothing here is about the request.
  case unknownRequest(String)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .absent(let path): "\(path) is absent; take the whole folder"
    case .checkpoint(let why): "checkpoint: \(why)"
    case .cut(let path): "\(path) does not hold what the checkpoint covers; verify the folder"
    case .entry(let index, let why): "entry \(index): \(why)"
    case .gap(let number, let entry):
      "number \(number) is missing: entry \(entry) has a later one, and no request may be left out"
    case .unreceived(let entry): "entry \(entry) is of a request that was never received"
    case .unknownRequest(let text): "\(text) is not in this evidence; requests have numbers from 1, or references r-…"
    }
  }
}
