import ErasureDomain
import EvidenceLog
import Foundation
import TestKit
import Testing

/// `verify.py` makes the tables from the log by its own reading of the format document.
@Suite struct `The second verifier` {
  /// Requests of every kind that needs no plan, beside one that was erased.
  private func story(_ random: inout SeededGenerator) throws -> EvidenceStory {
    var story = try EvidenceStory.whole().story
    var last: RequestReference?
    for number in 3...60 {
      story.now = story.now.adding(seconds: Int64.random(in: 0...400_000, using: &random))
      guard !Int.random(in: 0...4, using: &random).isMultiple(of: 5) else {
        try story.refuse(number: number)
        continue
      }
      let request = try story.receive(number)
      let subject = EntrySubject(request: request)
      let dates = try DueDates.compute(received: story.now.utcDay, calendar: .netherlands(.atw))
      if let last, Bool.random(using: &random) {
        try story.add(RequestLinked(other: last, seen: .sameIdentifier), subject)
      }
      last = request
      if Bool.random(using: &random) {
        try story.add(
          DeadlineExtended(
            reason: .complexity, on: story.now.utcDay, statutory: dates.extended, workTo: dates.workTo,
            ruleSet: dates.ruleSet), subject, by: story.drafter)
      }
      if Bool.random(using: &random) {
        story.now = story.now.adding(seconds: Int64.random(in: 1...40, using: &random) * 86_400)
        try story.add(
          HoldSet(system: story.system("crm"), ground: .legalClaims, reviewBefore: story.now.utcDay.adding(days: 7)),
          subject,
          by: story.ada)
      }
      switch Int.random(in: 0...3, using: &random) {
      case 0:
        try story.add(RequestWithdrawn(), subject, by: story.drafter)
        story.now = story.now.adding(seconds: 50 * 86_400)
        try story.add(SubjectInformed(on: story.now.utcDay, channel: "phone"), subject, by: story.ben)
      case 1:
        try story.add(RequestConfirmed(method: FailureCode("counter"), ground: .objection), subject, by: story.ada)
        try story.add(
          LookupMade(systems: 4, purpose: "discover", columns: 7, unread: 1, uncovered: 0), subject, by: story.ben)
      default: break
      }
    }
    try story.add(AccessDenied(what: "plan.make", reason: FailureCode("role")), by: story.ada)
    return story
  }

  private func write(_ files: MemoryFiles, to folder: TemporaryFolder, _ name: String) throws {
    for (path, bytes) in files.files {
      let file = URL(filePath: folder.path(name + "/" + path))
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
  }

  /// What verify.py prints, and whether it was content.
  private func python(_ words: [String], in folder: TemporaryFolder) throws -> (isContent: Bool, output: String) {
    let verifier = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/EvidenceLog/verify.py").path
    let file = folder.path("output-\(UUID().uuidString)")
    #expect(FileManager.default.createFile(atPath: file, contents: nil))
    let handle = try FileHandle(forWritingTo: URL(filePath: file))
    let child = try ChildProcess(
      ["/usr/bin/python3", verifier] + words, output: handle.fileDescriptor, errors: handle.fileDescriptor,
      folder: folder.path)
    let ending = child.wait()
    try handle.close()
    return (ending == .exited(0), String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self))
  }

  @Test func `makes the same tables, and says no to the same changes`() throws {
    var random = SeededGenerator(test: #function)
    let story = try story(&random)
    let files = try story.auditorsFolder()
    let folder = try TemporaryFolder()
    try write(files, to: folder, "whole")
    try write(MemoryFiles(files: ["log.vkey": Array(story.log.verifierKey.text.utf8)]), to: folder, ".")
    let namespaces = "namespaces=\"\(SignatureNamespace.approval),\(SignatureNamespace.attestation)\""
    let signers = try [story.drafter, story.ada, story.ben].map {
      "\($0.principal) \(namespaces) \(try $0.publicKey().text)\n"
    }
    try write(MemoryFiles(files: ["signers": Array(signers.joined().utf8)]), to: folder, ".")
    let trust = ["--key", "log.vkey", "--signers", "signers"]
    let ours = try AuditorsFolderVerifier(trust: try story.trust()).verify(files)
    #expect(ours.findings == [])
    let said = try python(["whole"] + trust, in: folder)
    #expect(said.isContent, "\(said.output)")
    #expect(said.output.contains("60 requests among them"))

    let drawn = try python(["sample", "whole", "--seed", "s", "--count", "5", "--from", "2026-03-03"], in: folder)
    let numbers = try EvidenceSource(FilesBelow("log", of: files)).numbers(from: CivilDate("2026-03-03"), until: nil)
    #expect(drawn.output == SampleDraw.draw(5, of: numbers, seed: "s").map { "\($0)\n" }.joined())

    for (path, old, new) in [
      ("requests.csv", "withdrawn,", "received,"), ("late.csv", ",reply,", ",replY,"),
      ("people.csv", "request.", "reqwest."),
    ] {
      let changed = files.replacing(old, with: new, in: path)
      try write(MemoryFiles(files: [path: changed.files[path] ?? []]), to: folder, "whole")
      let refused = try python(["whole"] + trust, in: folder)
      #expect(!refused.isContent && refused.output.contains("WRONG: \(path): line"), "\(path): \(refused.output)")
      #expect(try AuditorsFolderVerifier(trust: try story.trust()).verify(changed).first?.path == path)
      try write(MemoryFiles(files: [path: files.files[path] ?? []]), to: folder, "whole")
    }
  }
}
