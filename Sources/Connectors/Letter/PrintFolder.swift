import ConnectorKit
import ErasureDomain
import Glibc

/// The folder of letters that somebody has to print, one file for each job, readable for the daemon's user alone.
struct PrintFolder {
  let path: String

  func file(of job: JobReference) -> String { "\(path)/\(job).html" }

  /// Puts a letter there, whole or not at all.
  func put(_ bytes: [UInt8], for job: JobReference) throws(ConnectorFailure) {
    let (file, part) = (file(of: job), "\(path)/.\(job).part")
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Self.failure }
    let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure }
    let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(part, file) == 0 else {
      unlink(part)
      throw Self.failure
    }
  }

  /// Takes a letter away; harmless when it is gone.
  func remove(_ job: JobReference) throws(ConnectorFailure) {
    for name in [file(of: job), "\(path)/.\(job).part"] where unlink(name) != 0 && errno != ENOENT {
      throw Self.failure
    }
  }

  private static let failure = ConnectorFailure.transient(FailureCode("print-folder"), retryAfterSeconds: nil)
}
