import Foundation
import Testing

/// A kind that the verifier or the format document does not know would pass as unknown.
struct EntryKindCoverageTests {
  private func source(_ path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return String(decoding: try Data(contentsOf: root.appending(path: "Sources/\(path)")), as: UTF8.self)
  }

  private func entryFiles() throws -> [String] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: "Sources/ErasureDomain/Evidence").path
    )
    .filter { $0.hasSuffix("Entries.swift") }.sorted().map { String($0.dropLast(6)) }
  }

  @Test func `every kind of entry is known to the verifier and described with each of its facts`() throws {
    let known = try source("EvidenceLog/Verifying/KnownEntryKinds.swift")
    let rows = try source("EvidenceLog/FORMAT.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
    let sentences = try source("ErasureDomain/History/EntryWords.swift")
    var kinds = 0
    for file in try entryFiles() {
      let text = try source("ErasureDomain/Evidence/\(file).swift")
      let pattern =
        /struct (\w+): EntryFacts \{\n.*kind = EntryKind\("([a-z.-]+)"\)\n((?:  (?:\/\/\/|public var) .*\n)*)/
      for match in text.matches(of: pattern) {
        kinds += 1
        #expect(known.contains("\(match.1).self"), "KnownEntryKinds lacks \(match.1)")
        #expect(sentences.contains(" \(match.1).kind: "), "EntryWords lacks \(match.1)")
        let row = try #require(rows.first { $0.contains("`\(match.2)`") }, "FORMAT.md lacks \(match.2)")
        for fact in String(match.3).matches(of: /public var (\w+):/) {
          #expect(row.contains("`\(fact.1)`"), "FORMAT.md: \(match.2) lacks \(fact.1)")
        }
      }
      #expect(text.matches(of: /: EntryFacts \{/).count == text.matches(of: pattern).count, "\(file)")
    }
    #expect(kinds > 40)
  }
}
