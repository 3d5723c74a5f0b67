import ErasureDomain
import Foundation

/// The files of a store: readable and writable by their owner alone.
enum PrivateFile {
  private static let mode: mode_t = 0o600

  /// Makes the database file when there is none, and takes other people's rights from one that is there.
  ///
  /// SQLite gives `-wal` and `-shm` the mode of the database. A file that exists is never opened here: closing it would
  /// drop the locks that SQLite holds on it in this process.
  static func prepare(_ path: String) throws(VaultFailure) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    if descriptor >= 0 {
      close(descriptor)
      return
    }
    guard errno == EEXIST else { throw .unavailable(FailureCode("cannot-create-file-errno-\(errno)")) }
    for suffix in ["", "-wal", "-shm"] {
      var status = stat()
      guard lstat(path + suffix, &status) == 0 else { continue }
      guard status.st_mode & S_IFMT == S_IFREG else { throw .unavailable(FailureCode("not-a-plain-file")) }
      guard chmod(path + suffix, mode) == 0 else { throw .unavailable(FailureCode("cannot-chmod-errno-\(errno)")) }
    }
  }
}
