import ConnectorKit
import Dispatch
import ErasureDomain
import Glibc

/// A folder of this machine. Neither the folder nor a file in it may be a symbolic link, which could lead elsewhere.
struct FolderPlace: DropPlace {
  /// Readable for the owner and for the folder's group, which is how the company gets in.
  private static let mode: mode_t = 0o640

  let path: String
  /// Flushing may block, so calls stay off the cooperative pool.
  private let queue = DispatchQueue(label: "expunged.drop-folder")

  init(path: String) { self.path = path }

  func read(_ name: String, most: Int) async throws(ConnectorFailure) -> [UInt8]? {
    try await inFolder { folder throws(ConnectorFailure) in
      // Without O_NONBLOCK a pipe in its place would hold us for ever.
      let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard file >= 0 else {
        if errno == ENOENT { return nil }
        throw DropFileConnector.refused(errno == ELOOP ? "file-is-a-link" : "file-not-readable")
      }
      defer { close(file) }
      var attributes = stat()
      guard fstat(file, &attributes) == 0, attributes.st_mode & S_IFMT == S_IFREG else {
        throw DropFileConnector.refused("no-ordinary-file")
      }
      guard attributes.st_size <= most else { throw DropFileConnector.refused("file-too-large") }
      var bytes = [UInt8](repeating: 0, count: most + 1)
      var count = 0
      while count <= most {
        let more = bytes.withUnsafeMutableBytes { buffer in
          Glibc.read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        }
        if more < 0, errno == EINTR { continue }
        guard more >= 0 else { throw .transient(FailureCode("file-not-read"), retryAfterSeconds: nil) }
        if more == 0 { break }
        count += more
      }
      guard count <= most else { throw DropFileConnector.refused("file-too-large") }
      return Array(bytes.prefix(count))
    }
  }

  func write(_ bytes: [UInt8], as name: String) async throws(ConnectorFailure) {
    try await inFolder { folder throws(ConnectorFailure) in
      // What an earlier attempt left half written. O_EXCL then means that the file is ours and no link.
      guard unlinkat(folder, name, 0) == 0 || errno == ENOENT else { throw Self.notWritten(errno) }
      let file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, Self.mode)
      guard file >= 0 else { throw Self.notWritten(errno) }
      // The process's mask may have taken the group's right.
      let isWritten = fchmod(file, Self.mode) == 0 && Self.write(bytes, to: file) && fsync(file) == 0
      let why = errno
      guard close(file) == 0, isWritten else { throw Self.notWritten(why) }
    }
  }

  func rename(_ name: String, to other: String) async throws(ConnectorFailure) {
    try await inFolder { folder throws(ConnectorFailure) in
      guard renameat(folder, name, folder, other) == 0 else { throw Self.notWritten(errno) }
      guard fsync(folder) == 0 else { throw .outcomeUnknown(FailureCode("folder-not-flushed")) }
    }
  }

  func remove(_ name: String) async throws(ConnectorFailure) {
    try await inFolder { folder throws(ConnectorFailure) in
      guard unlinkat(folder, name, 0) == 0 || errno == ENOENT else {
        throw DropFileConnector.refused("file-not-removed")
      }
      guard fsync(folder) == 0 else { throw .transient(FailureCode("folder-not-flushed"), retryAfterSeconds: nil) }
    }
  }

  private static func notWritten(_ error: Int32) -> ConnectorFailure {
    switch error {
    case EACCES, EPERM, EROFS: DropFileConnector.refused("folder-not-writable")
    case ENOSPC, EDQUOT: .transient(FailureCode("folder-full"), retryAfterSeconds: nil)
    default: .transient(FailureCode("folder-not-written"), retryAfterSeconds: nil)
    }
  }

  private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(file, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      written += count
    }
    return true
  }

  private func inFolder<Value: Sendable>(
    _ work: @escaping @Sendable (Int32) throws(ConnectorFailure) -> Value
  ) async throws(ConnectorFailure) -> Value {
    typealias Continuation = CheckedContinuation<Result<Value, ConnectorFailure>, Never>
    let path = path
    let result = await withCheckedContinuation { (continuation: Continuation) in
      queue.async {
        let result: Result<Value, ConnectorFailure>
        do throws(ConnectorFailure) {
          let folder = try Self.open(path)
          defer { close(folder) }
          result = .success(try work(folder))
        } catch {
          result = .failure(error)
        }
        continuation.resume(returning: result)
      }
    }
    return try result.get()
  }

  private static func open(_ path: String) throws(ConnectorFailure) -> Int32 {
    let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder < 0 else { return folder }
    switch errno {
    case ENOENT: throw DropFileConnector.refused("folder-missing")
    case ENOTDIR, ELOOP: throw DropFileConnector.refused("no-folder-or-a-link")
    case EACCES, EPERM: throw DropFileConnector.refused("folder-not-readable")
    default: throw .transient(FailureCode("folder-not-opened"), retryAfterSeconds: nil)
    }
  }
}
