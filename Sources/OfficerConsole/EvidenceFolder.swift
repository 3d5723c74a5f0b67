import ErasureDomain
import Foundation
import OfficerAPI

/// A folder that gets exported evidence.
struct EvidenceFolder {
  /// What was written.
  struct Summary: Codable {
    var files: [String]
    var bytes: Int
  }

  let path: String

  /// Refuses a folder in which something lies: the evidence must be exactly what the daemon exported.
  func requireEmpty() throws(ConsoleFailure) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return }
    guard isDirectory.boolValue else { throw ConsoleFailure(.usage, "\(path) is no folder; name another one") }
    let entries = try? FileManager.default.contentsOfDirectory(atPath: path)
    guard let entries, entries.isEmpty else {
      throw ConsoleFailure(.usage, "\(path) is not empty or cannot be read; name a new folder")
    }
  }

  /// Writes all files, or none when one has a path that leads elsewhere or content that does not read.
  ///
  /// With a person in them only the account that writes them can read them.
  func write(_ evidence: ExportedEvidence, namesPerson: Bool = false) throws(ConsoleFailure) -> Summary {
    try requireEmpty()
    let contents = try Self.contents(of: evidence.files)
    guard Set(contents.map(\.path)).count == contents.count else {
      throw ConsoleFailure(.refused, "the daemon's answer has a file twice; nothing was written")
    }
    let files = FileManager.default
    do {
      if namesPerson {
        // Closed before anything is in it, also where it was there.
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
      }
      for file in contents {
        let url = URL(fileURLWithPath: path, isDirectory: true).appendingPathComponent(file.path)
        try files.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.bytes).write(to: url, options: .withoutOverwriting)
        if namesPerson { try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path) }
      }
    } catch {
      throw ConsoleFailure(.usage, "the evidence could not be written whole to \(path); remove it and try elsewhere")
    }
    return Summary(files: contents.map(\.path).sorted(), bytes: contents.reduce(0) { $0 + $1.bytes.count })
  }

  /// Paths and bytes of files in an answer; throws when one leads elsewhere or does not read.
  static func contents(
    of files: [ExportedEvidence.File]
  ) throws(ConsoleFailure) -> [(path: String, bytes: [UInt8])] {
    var contents: [(path: String, bytes: [UInt8])] = []
    for file in files {
      guard isInside(file.path), let bytes = Base64.decode(file.content) else {
        throw ConsoleFailure(
          .refused, "the daemon's answer has a file with a path or content that is not allowed; nothing was written")
      }
      contents.append((file.path, bytes))
    }
    return contents
  }

  /// Whether a path stays in the folder: relative, of plain characters, without empty, `.` or `..` parts.
  static func isInside(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return path.utf8.count <= 512
      && parts.allSatisfy { part in
        !part.isEmpty && part != "." && part != ".."
          && part.utf8.allSatisfy { byte in
            (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A)
              || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x3A
          }
      }
  }
}
