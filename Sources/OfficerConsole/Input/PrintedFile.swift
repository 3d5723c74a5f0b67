import Foundation
@preconcurrency import Glibc

/// A new file with a letter that names a person: readable for its owner alone.
struct PrintedFile {
  private let path: String
  private let file: Int32

  /// Makes the file, empty. Throws when there is one of that name: it may be another person's letter.
  init(at path: String) throws(ConsoleFailure) {
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    self.path = path
    guard file >= 0 else {
      throw ConsoleFailure(
        .usage, "the file \(path) cannot be made (\(String(cString: strerror(errno)))); name one that is not there yet")
    }
  }

  /// Writes the text durably and closes the file.
  func write(_ text: String) throws(ConsoleFailure) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      guard written > 0 else { throw incomplete }
      rest = rest.dropFirst(written)
    }
    guard fsync(file) == 0 else { throw incomplete }
    close(file)
  }

  /// Takes the file away again.
  func discard() {
    close(file)
    unlink(path)
  }

  private var incomplete: ConsoleFailure {
    discard()
    return ConsoleFailure(.usage, "the file \(path) could not be written; look at the space there, and try again")
  }
}
