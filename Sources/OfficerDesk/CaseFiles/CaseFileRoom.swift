import ErasureDomain
import EvidenceLog
import ExternalPrograms
import Foundation

/// The folder of case files, and what is half opened of them, in memory alone.
///
/// A file is named by request and last day, `r-….2028-11-26.case`, so that a listing says which are over. Nobody can read
/// one from here: its parts are encrypted to the officers' own keys.
public actor CaseFileRoom {
  /// The bytes of a file.
  struct Box: Codable, Hashable, Sendable {
    var v = 1
    var request: RequestReference
    var until: CivilDate
    /// For each person a text of base64: encrypted to his keys, the parts of all the others, each encrypted to its owner's.
    var outer: [String: String]
    /// What the parts open.
    var content: String
  }

  /// One file of the folder.
  struct Listed: Hashable, Sendable {
    var request: RequestReference
    var until: CivilDate
    var name: String
  }

  /// Somebody has taken off the outer layer.
  private struct Half {
    var by: PersonReference
    var until: UTCTime
    /// Nil until his machine has handed the parts over.
    var parts: [String: String]?
  }

  enum Problem: Error, Hashable, Sendable {
    case file(code: Int32)
    case unreadable
  }

  /// A half that is open for longer is forgotten.
  static let halfSeconds: Int64 = 86_400

  let folder: String
  nonisolated let keepMonths: Int
  /// How the record of processing names it.
  nonisolated let record: String
  nonisolated let age: AgeProgram
  private var halves: [RequestReference: Half] = [:]
  /// How many files were past their last day, as it was counted for a day; nil once a file came or went since.
  private var past: (day: CivilDate, count: Int)?

  /// `programs` is the folder of `age` and `age-keygen`.
  public init(folder: String, keepMonths: Int, record: String, programs: String = "/usr/bin") {
    self.folder = folder
    self.keepMonths = keepMonths
    self.record = record
    age = AgeProgram(folder: programs)
  }

  // MARK: Halves

  func begin(_ request: RequestReference, by person: PersonReference, at now: UTCTime) {
    halves[request] = Half(by: person, until: now.adding(seconds: Self.halfSeconds), parts: nil)
  }

  /// Whether he has begun it, and lately.
  func hand(_ parts: [String: String], of request: RequestReference, by person: PersonReference, at now: UTCTime)
    -> Bool
  {
    guard let half = halves[request], half.by == person, now < half.until else { return false }
    halves[request]?.parts = parts
    return true
  }

  /// Who has opened the first half and handed it over.
  func half(of request: RequestReference, at now: UTCTime) -> (by: PersonReference, parts: [String: String])? {
    guard let half = halves[request], let parts = half.parts, now < half.until else { return nil }
    return (half.by, parts)
  }

  func forget(_ request: RequestReference) { halves[request] = nil }

  // MARK: Files

  /// Writes a box, durable when it returns, in the place of an older one of the request. Returns the digest of its bytes.
  func write(_ box: Box) throws -> ContentDigest {
    let bytes = try CanonicalJSON.encode(box)
    let name = "\(box.request).\(box.until).case"
    if mkdir(folder, 0o700) != 0, errno != EEXIST { throw Problem.file(code: errno) }
    try replace(name, with: bytes)
    for other in try listed() where other.request == box.request && other.name != name { try remove(other.name) }
    try sync()
    return ContentDigest(hashing: bytes)
  }

  func read(_ request: RequestReference) throws -> (box: Box, digest: ContentDigest)? {
    guard let listed = try listed().first(where: { $0.request == request }),
      let data = FileManager.default.contents(atPath: path(listed.name))
    else { return nil }
    let bytes = Array(data)
    do { return (try CanonicalJSON.decode(Box.self, from: bytes), ContentDigest(hashing: bytes)) } catch {
      throw Problem.unreadable
    }
  }

  /// All files, by name. A folder that is not there yet has none.
  func listed() throws -> [Listed] {
    try names().compactMap { name in
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[2] == "case", let request = RequestReference(String(parts[0])),
        let until = CivilDate(String(parts[1]))
      else { return nil }
      return Listed(request: request, until: until, name: name)
    }
  }

  /// Files that are past their last day. The folder, which may hold very many, is read once a day and after a change of ours.
  func past(on day: CivilDate) throws -> Int {
    if let past, past.day == day { return past.count }
    let count = try listed().count { $0.until < day }
    past = (day, count)
    return count
  }

  /// Removes what a request has here: its closing goes on without a case file.
  func removeAll(of request: RequestReference) throws {
    for file in try listed() where file.request == request { try remove(file.name) }
    try sync()
  }

  // MARK: The end

  /// Requests whose file is gone and whose entry may be missing: a mark is there until it is not.
  func marks() throws -> [(request: RequestReference, digest: ContentDigest)] {
    try names().compactMap { name in
      guard name.hasSuffix(Self.mark), let request = RequestReference(String(name.dropLast(Self.mark.count))),
        let data = FileManager.default.contents(atPath: path(name)),
        let digest = ContentDigest(String(decoding: data, as: UTF8.self))
      else { return nil }
      return (request, digest)
    }
  }

  /// Destroys a file. The mark is durable before the file is gone, so that a crash in between loses neither.
  func destroy(_ file: Listed) throws -> ContentDigest {
    guard let data = FileManager.default.contents(atPath: path(file.name)) else { throw Problem.unreadable }
    let digest = ContentDigest(hashing: Array(data))
    try replace("\(file.request)\(Self.mark)", with: Array(digest.description.utf8))
    try sync()
    try remove(file.name)
    try sync()
    forget(file.request)
    return digest
  }

  func unmark(_ request: RequestReference) throws {
    try remove("\(request)\(Self.mark)")
    try sync()
  }

  /// What a crash left half-written goes: it may have a person in it, and no listing names it.
  func removeUnfinished() throws {
    let left = try names().filter { name in
      [".case", Self.mark].contains { name.hasSuffix($0 + Self.unfinished) }
    }
    guard !left.isEmpty else { return }
    for name in left { try remove(name) }
    try sync()
  }

  private static let mark = ".destroyed"
  private static let unfinished = ".tmp"

  // MARK: System calls

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  private func names() throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func replace(_ name: String, with bytes: [UInt8]) throws {
    do { try put(bytes, as: name) } catch {
      _ = unlink(path(name) + Self.unfinished)
      throw error
    }
  }

  private func put(_ bytes: [UInt8], as name: String) throws {
    past = nil
    let temporary = path(name) + Self.unfinished
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Problem.file(code: errno) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let code = errno
        close(descriptor)
        throw Problem.file(code: code)
      }
      rest = rest.dropFirst(count)
    }
    let synced = fsync(descriptor)
    guard close(descriptor) == 0, synced == 0, rename(temporary, path(name)) == 0 else {
      throw Problem.file(code: errno)
    }
  }

  private func remove(_ name: String) throws {
    past = nil
    guard unlink(path(name)) == 0 || errno == ENOENT else { throw Problem.file(code: errno) }
  }

  private func sync() throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT { return }
    guard descriptor >= 0 else { throw Problem.file(code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Problem.file(code: errno) }
  }
}
