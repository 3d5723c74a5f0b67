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

  /// Keeps one part of a file, in order from 0; part 0 takes the place of an earlier file of that name.
  public func add(
    _ bytes: [UInt8], part: Int, ofFile name: String, of job: JobReference, _ request: RequestReference
  ) async throws {
    let folder = Self.files(job) + Hex.encode(Array(name.utf8)) + "/"
    if part == 0 { try await destroy(folder, of: request) }
    try await vault.put(bytes, as: Self.item(folder, part), of: request)
  }

  /// The files of a job, by name.
  public func files(of job: JobReference, _ request: RequestReference) async throws -> [File] {
    let prefix = Self.files(job)
    var found: [File] = []
    for item in try await items(prefix, of: request) {
      let parts = item.rawValue.dropFirst(prefix.count).split(separator: "/")
      guard parts.count == 2, let name = Hex.decode(String(parts[0])),
        let bytes = try await vault.get(item, of: request)
      else { continue }
      let text = String(decoding: name, as: UTF8.self)
      if let last = found.last, last.name == text {
        found[found.count - 1] = File(name: text, bytes: last.bytes + bytes)
      } else {
        found.append(File(name: text, bytes: bytes))
      }
    }
    return found
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
  private static func files(_ job: JobReference) -> String { "collected/\(job)/files/" }

  /// Numbers of one width, so that their order is that of the names.
  private static func item(_ prefix: String, _ number: Int) -> VaultItem {
    let digits = String(number)
    return VaultItem(rawValue: prefix + String(repeating: "0", count: max(0, 6 - digits.count)) + digits)
  }
}
