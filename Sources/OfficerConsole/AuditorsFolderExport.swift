import ErasureDomain
import EvidenceLog
import Foundation
import OfficerAPI

/// Writes an auditor's folder: the log page by page as the daemon gives it, then what is made from it.
///
/// Nothing is held but one page; the tables are made by reading the written log, as a verifier does.
struct AuditorsFolderExport {
  /// What was written.
  struct Summary: Codable {
    var files: Int
    var bytes: Int
    /// Entries that the checkpoint covers.
    var entries: Int64
  }

  let path: String
  /// Numbers of the requests whose bundles are wanted too.
  let bundles: [Int]
  private let files = FileManager.default

  init(path: String, bundles: [Int]) {
    self.path = path
    self.bundles = bundles
  }

  func write(by client: DaemonClient) async throws -> Summary {
    try EvidenceFolder(path: path).requireEmpty()
    // Bundles first: the log that is taken afterwards goes on from each of them.
    for number in bundles {
      let folder = "\(path)/\(AuditorsFolder.bundles)/\(number)"
      _ = try EvidenceFolder(path: folder).write(try await client.call(ExportEvidence(request: "\(number)")))
    }
    try await writeLog(by: client)
    let source: EvidenceSource<WrittenFolder>
    do {
      source = try EvidenceSource(WrittenFolder(path: "\(path)/\(AuditorsFolder.log)"))
      try make(from: source)
    } catch let problem as AuditingProblem {
      throw ConsoleFailure(.refused, "the folder is not whole, and is no evidence: \(problem)")
    }
    try put(Array(AuditorsReadMe(source.checkpoint).text.utf8), at: AuditorsFolder.readMe)
    try put(AuditorsFolder.verifierBytes, at: AuditorsFolder.verifier)
    return try summary(source.checkpoint)
  }

  // MARK: The log

  private func writeLog(by client: DaemonClient) async throws {
    var next: String?
    var checkpoint: [UInt8]?
    repeat {
      let page = try await client.call(ExportLog(after: next))
      for file in try EvidenceFolder.contents(of: page.files) {
        // Written last, as publishers do: a folder without it is not whole.
        if file.path == "checkpoint" {
          checkpoint = file.bytes
        } else {
          try put(file.bytes, at: "\(AuditorsFolder.log)/\(file.path)")
        }
      }
      guard page.next == nil || page.next != next else {
        throw ConsoleFailure(.refused, "the daemon gave the same page twice; the folder is not whole")
      }
      next = page.next
    } while next != nil
    guard let checkpoint else {
      throw ConsoleFailure(.refused, "the daemon gave no checkpoint; the folder is not whole")
    }
    try put(checkpoint, at: "\(AuditorsFolder.log)/checkpoint")
  }

  // MARK: What is made from it

  private func make(from source: EvidenceSource<WrittenFolder>) throws {
    var open: [String: FileHandle] = [:]
    defer { for handle in open.values { try? handle.close() } }
    try AuditorsFolder.write(from: source) { name, bytes in
      if let hit = PersonalDataScan.hit(in: bytes) {
        throw ConsoleFailure(.refused, "\(name) would hold \(hit): nothing of this folder may leave the house")
      }
      if open[name] == nil {
        try put([], at: name)
        open[name] = try writing { try FileHandle(forWritingTo: url(name)) }
      }
      try writing { try open[name]?.write(contentsOf: Data(bytes)) }
    }
    // Some disks say only now that they were full.
    for handle in open.values { try writing { try handle.close() } }
    open = [:]
  }

  // MARK: Files

  private func url(_ name: String) -> URL { URL(fileURLWithPath: path, isDirectory: true).appending(path: name) }

  private func put(_ bytes: [UInt8], at name: String) throws(ConsoleFailure) {
    try writing {
      try files.createDirectory(at: url(name).deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url(name))
    }
  }

  private func writing<Value>(_ body: () throws -> Value) throws(ConsoleFailure) -> Value {
    do { return try body() } catch {
      throw ConsoleFailure(.usage, "the evidence could not be written whole to \(path); remove it and try elsewhere")
    }
  }

  private func summary(_ checkpoint: Checkpoint) throws -> Summary {
    var summary = Summary(files: 0, bytes: 0, entries: Int64(clamping: checkpoint.size))
    for name in try WrittenFolder(path: path).list() {
      summary.files += 1
      summary.bytes += (try files.attributesOfItem(atPath: url(name).path)[.size] as? Int) ?? 0
    }
    return summary
  }
}

/// A folder that this program has just written.
struct WrittenFolder: EvidenceFiles {
  let path: String

  func read(_ name: String) throws -> [UInt8]? {
    let file = "\(path)/\(name)"
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
  }

  func list() throws -> [String] {
    var paths: [String] = []
    var folders = [""]
    while let inside = folders.popLast() {
      for name in try FileManager.default.contentsOfDirectory(atPath: path + "/" + inside) {
        let inner = inside.isEmpty ? name : "\(inside)/\(name)"
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: "\(path)/\(inner)", isDirectory: &isFolder)
        if isFolder.boolValue { folders.append(inner) } else { paths.append(inner) }
      }
    }
    return paths
  }
}
