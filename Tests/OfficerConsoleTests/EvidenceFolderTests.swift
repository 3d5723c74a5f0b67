import ErasureDomain
import Foundation
import OfficerAPI
import Testing

@testable import OfficerConsole

@Suite struct `Exported evidence` {
  static func file(_ path: String, _ text: String) -> ExportedEvidence.File {
    .init(path: path, content: Base64.encode(Array(text.utf8)))
  }

  @Test func `is written as it came`() throws {
    try Self.withFolder { folder in
      let target = EvidenceFolder(path: folder + "/new")
      let summary = try target.write(
        ExportedEvidence(files: [Self.file("policy", "a"), Self.file("entries/1.json", "{}")]))
      #expect(summary.files == ["entries/1.json", "policy"])
      #expect(summary.bytes == 3)
      #expect(FileManager.default.contents(atPath: folder + "/new/entries/1.json") == Data("{}".utf8))
    }
  }

  @Test(arguments: [true, false]) func `with a person in it is read by nobody else`(isThere: Bool) throws {
    try Self.withFolder { folder in
      let path = folder + "/new"
      if isThere {
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
      }
      let evidence = ExportedEvidence(files: [Self.file("index.html", "a"), Self.file("evidence/1.json", "{}")])
      _ = try EvidenceFolder(path: path).write(evidence, namesPerson: true)
      #expect(try Self.mode(path) == 0o700)
      #expect(try Self.mode(path + "/index.html") == 0o600)
      #expect(try Self.mode(path + "/evidence/1.json") == 0o600)
    }
  }

  private static func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test func `does not go into a folder with something in it`() throws {
    try Self.withFolder { folder in
      try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/old"))
      let failure = try #require(throws: ConsoleFailure.self) {
        try EvidenceFolder(path: folder).write(ExportedEvidence(files: []))
      }
      #expect(failure.exit == .usage)
    }
  }

  @Test(arguments: ["../out", "/out", "a/../../out", "a//b", "./a", "", "a\\b", "a\u{0}b", "a b", "..", "a/."])
  func `never leaves its folder`(path: String) throws {
    #expect(!EvidenceFolder.isInside(path))
    try Self.withFolder { folder in
      let failure = try #require(throws: ConsoleFailure.self) {
        try EvidenceFolder(path: folder + "/new").write(
          ExportedEvidence(files: [Self.file("good", "a"), Self.file(path, "b")]))
      }
      #expect(failure.exit == .refused)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("expunge-out-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }
}
