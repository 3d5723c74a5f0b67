import EvidenceLog
import Foundation

/// The files below a folder, one at a time in memory.
///
/// A log of a million entries has more than a hundred thousand files: they are opened and read without a way around.
struct FolderFiles: EvidenceFiles {
  /// Larger than any file of a log folder or bundle can be: 256 entries of 64 KiB.
  static let largestFile = 32 << 20
  /// A folder with more files than this is none of ours.
  static let mostFiles = 50_000_000

  let folder: String

  init(_ path: String) throws {
    var found = stat()
    guard stat(path, &found) == 0 else {
      throw Unreadable("\(path) does not exist; name a log folder or a bundle that was unpacked")
    }
    guard found.st_mode & S_IFMT == S_IFDIR else {
      throw Unreadable("\(path) is no folder; unpack the bundle and name its folder")
    }
    folder = path
  }

  func read(_ path: String) throws -> [UInt8]? {
    try opened(path) { file, size in
      guard size <= Self.largestFile else { throw Unreadable("\(path) is larger than any file of evidence") }
      return try Self.read(file, path, from: 0, count: size)
    }
  }

  func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8]? {
    try opened(path) { file, size in
      try Self.read(file, path, from: offset, count: max(0, min(count, size - offset)))
    }
  }

  /// Opens an ordinary file; nothing when there is none.
  private func opened(_ path: String, _ body: (Int32, Int) throws -> [UInt8]) throws -> [UInt8]? {
    // A pipe must not make the auditor wait, and a link could lead out of the evidence.
    let file = open("\(folder)/\(path)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else {
      let code = errno
      if code == ENOENT { return nil }
      if code == ELOOP { throw Self.noOrdinaryFile(path) }
      throw Unreadable("\(path) cannot be read: \(Self.words(code))")
    }
    defer { close(file) }
    var found = stat()
    guard fstat(file, &found) == 0 else { throw Unreadable("\(path) cannot be read: \(Self.words(errno))") }
    guard found.st_mode & S_IFMT == S_IFREG else { throw Self.noOrdinaryFile(path) }
    return try body(file, Int(found.st_size))
  }

  private static func read(_ file: Int32, _ path: String, from offset: Int, count wanted: Int) throws -> [UInt8] {
    var problem: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      while count < buffer.count {
        let more = pread(file, buffer.baseAddress.map { $0 + count }, buffer.count - count, off_t(offset + count))
        if more < 0, errno == EINTR { continue }
        if more < 0 { problem = errno }
        guard more > 0 else { return }
        count += more
      }
    }
    guard problem == 0 else { throw Unreadable("\(path) cannot be read: \(Self.words(problem))") }
    return bytes
  }

  private static func noOrdinaryFile(_ path: String) -> Unreadable {
    Unreadable("\(path) is no ordinary file; copy the evidence without links")
  }

  private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }

  func list() throws -> [String] {
    var paths: [String] = []
    var folders = [""]
    while let inside = folders.popLast() {
      for (name, isFolder) in try names(in: inside) {
        let path = inside.isEmpty ? name : "\(inside)/\(name)"
        if isFolder { folders.append(path) } else { paths.append(path) }
      }
      guard paths.count <= Self.mostFiles else { throw Unreadable("\(folder) has too many files") }
    }
    return paths
  }

  /// What is in a folder; links are no folders.
  private func names(in inside: String) throws -> [(name: String, isFolder: Bool)] {
    let place = inside.isEmpty ? folder : "\(folder)/\(inside)"
    guard let stream = opendir(place) else {
      throw Unreadable("\(inside.isEmpty ? folder : inside) cannot be read: \(Self.words(errno))")
    }
    defer { closedir(stream) }
    var found: [(name: String, isFolder: Bool)] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      var isFolder = Int32(entry.pointee.d_type) == Int32(DT_DIR)
      if Int32(entry.pointee.d_type) == Int32(DT_UNKNOWN) {
        // Some file systems do not say.
        var about = stat()
        isFolder = lstat("\(place)/\(name)", &about) == 0 && about.st_mode & S_IFMT == S_IFDIR
      }
      found.append((name, isFolder))
      errno = 0
    }
    guard errno == 0 else { throw Unreadable("\(inside) cannot be read: \(Self.words(errno))") }
    return found
  }

  /// What the folder is, by what lies in it.
  enum Kind: String {
    case log
    case bundle
    case auditor = "auditor's folder"
  }

  func kind() throws -> Kind {
    let names = try names(in: "").map(\.name)
    if names.contains("tile") { return .log }
    if names.contains(AuditorsFolder.log) { return .auditor }
    if names.contains("entries") || names.contains("proofs") { return .bundle }
    throw Unreadable(
      "\(folder) is neither a log folder (with tile/), a bundle (with entries/ and proofs/) nor an auditor's folder (with "
        + "log/)")
  }
}
