/// Why a listener does not listen.
public enum ListenerProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// Linux takes no longer path for a Unix socket.
  case pathTooLong(path: String, limit: Int)
  /// The folder of the socket cannot be made or read.
  case folderUnusable(folder: String, reason: String)
  /// Other users may replace files in the folder, so also the socket.
  case folderOpenToAll(folder: String)
  /// The file at the path is no socket.
  case notASocket(path: String)
  /// The address cannot be bound.
  case notBound(name: String, reason: String)
  /// The address was bound and ended without being told to.
  case stopped(name: String, reason: String)
  /// The socket's mode cannot be set.
  case notOpened(path: String, errno: Int32)

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .pathTooLong(let path, let limit):
      "the socket path \(path) is longer than \(limit) bytes; set a shorter one in socket:"
    case .folderUnusable(let folder, let reason):
      "the socket's folder \(folder) cannot be used: \(reason); make it with mode 0755"
    case .folderOpenToAll(let folder):
      "everyone may replace files in \(folder), so the socket too; take the write permission of others away"
    case .notASocket(let path):
      "the file \(path) is no socket; remove it, or set another path in socket:"
    case .notBound(let name, let reason):
      "\(name) cannot be bound (\(reason)); look at its folder and owner, or who else has the port"
    case .stopped(let name, let reason):
      "\(name) stopped by itself (\(reason)); look at the limit of open files and start again"
    case .notOpened(let path, let errno):
      "the mode of the socket \(path) cannot be set (\(SystemErrorCode(errno).words)); look at its owner"
    }
  }
}
