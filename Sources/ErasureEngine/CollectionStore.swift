public import ErasureDomain
import EvidenceLog
public import SubjectVault

/// What is collected for the person's packages, in the vault under the request's key.
public struct CollectionStore: Sendable {
  /// Days that the vault keeps it at most: then it is collected anew.
  public static let days = 30
  /// Bytes of one file that a person adds, and of all files of a job.
  public static let largestFile = 64 << 20
  /// Roughly so many bytes of values are in one item; escaped for JSON they may be six times as many.
  private static let itemBytes = 2 << 20

  private let vault: SubjectVault

  public init(_ vault: SubjectVault) { self.vault = vault }

  /// A file that a person added.
  public struct File: Hashable, Sendable {
    public let name: String
    public let bytes: [UInt8]
  }

  // MARK: Rows

  /// Puts the rows in the place of earlier ones; their size, and an HMAC of them.
  func put(
    _ datasets: [CollectedRows], of job: JobReference, _ request: RequestReference
  ) async throws -> (bytes: Int, mac: String) {
    try await destroy(Self.rows(job), of: request)
    var all: [UInt8] = []
    var number = 0
    for piece in datasets.flatMap(Self.pieces) {
      let bytes = try CanonicalJSON.encode(piece)
      try await vault.put(bytes, as: Self.item(Self.rows(job), number), of: request)
      all += bytes
      number += 1
    }
    return (all.count, Hex.encode(try await vault.hmac(all, of: request, purpose: "collected")))
  }

  /// Rows as they were put, dataset by dataset.
  public func rows(of job: JobReference, _ request: RequestReference) async throws -> [CollectedRows] {
    var found: [CollectedRows] = []
    for item in try await items(Self.rows(job), of: request) {
      guard let piece = try await vault.get(CollectedRows.self, item, of: request) else { continue }
      if let last = found.last, last.dataset == piece.dataset {
        found[found.count - 1].rows += piece.rows
      } else {
        found.append(piece)
      }
    }
    return found
  }

  private static func pieces(of rows: CollectedRows) -> [CollectedRows] {
    var pieces: [CollectedRows] = []
    var (part, size): ([[TakenValue]], Int) = ([], 0)
    func close() {
      pieces.append(CollectedRows(dataset: rows.dataset, columns: rows.columns, rows: part, shared: rows.shared))
      (part, size) = ([], 0)
    }
    for row in rows.rows {
      let bytes = row.reduce(0) { $0 + $1.size }
      if !part.isEmpty, size + bytes > itemBytes { close() }
      part.append(row)
      size += bytes
    }
    if !part.isEmpty || pieces.isEmpty { close() }
    return pieces
  }

  // MARK: Files

  /// Why a part of a file was not kept.
  public enum AddingProblem: Error, Hashable, Sendable {
    /// The parts before it are not there, or the file is whole already.
    case outOfOrder
    /// With it the files of the job are larger than `largestFile`; nothing is kept of this file.
    case tooLarge
  }

  /// Keeps one part of a file, in order from 0; part 0 takes the place of an earlier file of that name. It is among the
  /// files of the job from its last part on.
  public func add(
    _ bytes: [UInt8], part: Int, isLast: Bool, ofFile name: String, of job: JobReference, _ request: RequestReference
  ) async throws {
    // A file's name may say who, and names of items are not sealed.
    let digest = try await vault.hmac(Array(name.utf8), of: request, purpose: "file-name")
    let folder = Self.files(job) + Hex.encode(digest) + "/"
    if part == 0 { try await destroy(folder, of: request) }
    let before = (0..<part).map { Self.item(folder, $0) }
    // A part that comes twice is the same part.
    let there = try await items(folder, of: request)
    guard there == before || there == before + [Self.item(folder, part)] else { throw AddingProblem.outOfOrder }
    if isLast {
      let others = try await files(of: job, request).reduce(0) { $0 + $1.bytes.count }
      let own = try await vault.get(before, of: request).values.reduce(bytes.count) { $0 + $1.count }
      guard others + own <= Self.largestFile else {
        try await destroy(folder, of: request)
        throw AddingProblem.tooLarge
      }
    }
    try await vault.put(bytes, as: Self.item(folder, part), of: request)
    // What has no name yet is no file: an upload that stopped half-way goes into no package.
    if isLast { try await vault.put(name, as: VaultItem(rawValue: folder + Self.name), of: request) }
  }

  /// The files of a job, by name.
  public func files(of job: JobReference, _ request: RequestReference) async throws -> [File] {
    var found: [File] = []
    var (folder, content): (String, [UInt8]) = ("", [])
    // The name comes behind the numbered parts of its file; parts without one are of a file that is not whole.
    for item in try await items(Self.files(job), of: request) {
      let parent = item.rawValue.lastIndex(of: "/").map { String(item.rawValue[..<$0]) } ?? ""
      if parent != folder { (folder, content) = (parent, []) }
      if item.rawValue.hasSuffix("/" + Self.name) {
        guard let name = try await vault.get(String.self, item, of: request) else { continue }
        found.append(File(name: name, bytes: content))
        content = []
      } else if let bytes = try await vault.get(item, of: request) {
        content += bytes
      }
    }
    return found.sorted { $0.name < $1.name }
  }

  // MARK: The end

  /// Everything that was collected by a job goes.
  func destroy(_ job: JobReference, of request: RequestReference) async throws {
    try await destroy("collected/\(job)/", of: request)
  }

  private func destroy(_ prefix: String, of request: RequestReference) async throws {
    for item in try await items(prefix, of: request) { try await vault.remove(item, of: request) }
  }

  private func items(_ prefix: String, of request: RequestReference) async throws -> [VaultItem] {
    try await vault.items(of: request).filter { $0.rawValue.hasPrefix(prefix) }
  }

  private static func rows(_ job: JobReference) -> String { "collected/\(job)/rows/" }
  private static let name = "name"
  private static func files(_ job: JobReference) -> String { "collected/\(job)/files/" }

  /// Numbers of one width, so that their order is that of the names.
  private static func item(_ prefix: String, _ number: Int) -> VaultItem {
    let digits = String(number)
    return VaultItem(rawValue: prefix + String(repeating: "0", count: max(0, 6 - digits.count)) + digits)
  }
}
