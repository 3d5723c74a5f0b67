import Glibc

/// The lock on the daemon's state: a second daemon must not write the same journal.
///
/// It is the kernel's (`flock`), so it ends with the process that holds it, however that ends.
public final class StateLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, or says who holds it. The file is made when it is missing and never removed.
  public init(path: String) throws(StateLockFailure) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      let holder = Self.holder(descriptor)
      close(descriptor)
      throw code == EWOULDBLOCK ? .held(path: path, by: holder) : .cannotOpen(path: path, code: code)
    }
    self.descriptor = descriptor
    // For the message to the second one only: the lock does not depend on it.
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
      let code = errno
      close(descriptor)
      throw .cannotOpen(path: path, code: code)
    }
  }

  deinit {
    // Closing alone would leave the lock with a program that is being started at this moment.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  private static func holder(_ descriptor: Int32) -> Int32? {
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: buffer[..<count].prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self))
  }
}

/// Why the state lock could not be taken.
public enum StateLockFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Another process holds it.
  case held(path: String, by: Int32?)
  /// The file cannot be made or locked; `code` is the system's error number.
  case cannotOpen(path: String, code: Int32)

  public var description: String {
    switch self {
    case .held(let path, let by):
      "\(path) is held by another expunged\(by.map { " (process \($0))" } ?? ""): stop that one first "
        + "(systemctl stop expunged), or give this one a state folder of its own"
    case .cannotOpen(let path, let code):
      "\(path) cannot be locked (error \(code)): the folder must exist and belong to the user of the daemon"
    }
  }
}
