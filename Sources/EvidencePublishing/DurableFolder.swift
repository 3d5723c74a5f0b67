import Dispatch
import Glibc

/// A folder whose files are replaced whole and are on the disk when a call returns.
///
/// Its calls wait for the disk, so they run on a queue of their own and never on the threads of Swift's pool.
struct DurableFolder: Sendable {
  let path: String
  private let queue = DispatchQueue(label: "evidence-folder")

  init(path: String) { self.path = path }

  /// The bytes of a file; nothing when it is missing.
  func read(_ name: String) async throws(PublishingFailure) -> [UInt8]? {
    try await onQueue { () throws(PublishingFailure) in try FolderFile(path: path + "/" + name).read() }
  }

  /// The names in a folder below; empty when it is missing.
  func names(in folder: String) async throws(PublishingFailure) -> Set<String> {
    try await onQueue { () throws(PublishingFailure) in try FolderFile.names(in: path + "/" + folder) }
  }

  /// Writes files: each by temporary file, fsync and rename; then every folder that changed is synced.
  ///
  /// After a crash each file is the old one or the new one, and none of the files handed in later is there before these.
  func write(_ files: [(name: String, bytes: [UInt8])]) async throws(PublishingFailure) {
    try await onQueue { () throws(PublishingFailure) in
      var folders: Set<String> = []
      for file in files {
        let full = path + "/" + file.name
        let folder = FolderFile.parent(of: full)
        folders.formUnion(try FolderFile.makeFolder(folder))
        folders.insert(folder)
        try FolderFile(path: full).write(file.bytes)
      }
      for folder in folders.sorted(by: { $0.utf8.count > $1.utf8.count }) { try FolderFile.sync(folder: folder) }
    }
  }

  /// Takes a file away; one that is not there is no failure.
  func remove(_ name: String) async throws(PublishingFailure) {
    try await onQueue { () throws(PublishingFailure) in
      let full = path + "/" + name
      if unlink(full) == 0 { return try FolderFile.sync(folder: FolderFile.parent(of: full)) }
      guard errno == ENOENT else { throw .file(path: full, code: errno) }
    }
  }

  /// Fails unless the folder is there already.
  func requireFolder() async throws(PublishingFailure) {
    try await onQueue { () throws(PublishingFailure) in
      guard access(path, W_OK | X_OK) == 0 else { throw .file(path: path, code: errno) }
    }
  }

  /// Runs what waits on the queue of the folder.
  func onQueue<Value: Sendable>(
    _ body: @escaping @Sendable () throws(PublishingFailure) -> Value
  ) async throws(PublishingFailure) -> Value {
    let result: Result<Value, PublishingFailure> = await withCheckedContinuation { continuation in
      queue.async {
        do throws(PublishingFailure) {
          continuation.resume(returning: .success(try body()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }
}

/// One file of the folder, and the system calls for it.
private struct FolderFile {
  let path: String

  func read() throws(PublishingFailure) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .file(path: path, code: errno)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw .file(path: path, code: errno)
      }
      bytes += buffer[..<count]
    }
  }

  func write(_ bytes: [UInt8]) throws(PublishingFailure) {
    let temporary = path + ".tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(path: temporary, code: errno) }
    var failed = bytes.withUnsafeBytes { raw -> Int32? in
      var written = 0
      while written < raw.count {
        let count = Glibc.write(descriptor, raw.baseAddress.map { $0 + written }, raw.count - written)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return errno }
        written += count
      }
      return nil
    }
    if failed == nil, fsync(descriptor) != 0 { failed = errno }
    if close(descriptor) != 0, failed == nil { failed = errno }
    if let failed { throw .file(path: temporary, code: failed) }
    guard rename(temporary, path) == 0 else { throw .file(path: path, code: errno) }
  }

  static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  /// Makes a folder and those above it; returns the folders that got a new name and must be synced.
  static func makeFolder(_ path: String) throws(PublishingFailure) -> Set<String> {
    if mkdir(path, 0o755) == 0 { return [parent(of: path)] }
    switch errno {
    case EEXIST: return []
    case ENOENT where !parent(of: path).isEmpty && parent(of: path) != path:
      let made = try makeFolder(parent(of: path))
      guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .file(path: path, code: errno) }
      return made.union([parent(of: path)])
    default: throw .file(path: path, code: errno)
    }
  }

  static func sync(folder: String) throws(PublishingFailure) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path: folder, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .file(path: folder, code: errno) }
  }

  static func names(in folder: String) throws(PublishingFailure) -> Set<String> {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw .file(path: folder, code: errno)
    }
    defer { closedir(stream) }
    var names: Set<String> = []
    while let entry = Glibc.readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      names.insert(name)
    }
    return names
  }
}
