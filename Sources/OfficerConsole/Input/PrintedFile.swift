import Foundation
@preconcurrency import Glibc

/// A new file with a letter that names a person: readable for its owner alone.
enum PrintedFile {
  /// Writes the file durably. Throws when there is one of that name: it may be another person's letter.
  static func write(_ text: String, to path: String) throws(ConsoleFailure) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else {
      throw ConsoleFailure(
        .usage, "the file \(path) cannot be made (\(String(cString: strerror(errno)))); name one that is not there yet")
    }
    defer { close(file) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      guard written > 0 else { throw incomplete(path) }
      rest = rest.dropFirst(written)
    }
    // The umask may have taken the owner's own rights, and no more.
    guard fchmod(file, 0o600) == 0, fsync(file) == 0 else { throw incomplete(path) }
  }

  private static func incomplete(_ path: String) -> ConsoleFailure {
    unlink(path)
    return ConsoleFailure(.usage, "the file \(path) could not be written; look at the space there, and try again")
  }
}
