import ErasureDomain
import Foundation
import OfficerAPI
import TestKit
import Testing

// A CRM that is set back to what it was before an erasure.
extension DeskScene {
  /// Ada is erased everywhere after the CRM was copied; the moment of the copy.
  func erasedAfterCopy() async throws -> UTCTime {
    try copy(from: "crm.db", to: "crm.backup")
    let asOf = clock.now()
    clock.advance(seconds: 7_200)
    try await approved()
    try await running { try await untilOnlyTheStickWaits() }
    #expect(try systems.contacts == [9])
    return asOf
  }

  func copy(from source: String, to target: String) throws {
    let (from, to) = (folder.appending(path: source), folder.appending(path: target))
    if FileManager.default.fileExists(atPath: to.path) { try FileManager.default.removeItem(at: to) }
    try FileManager.default.copyItem(at: from, to: to)
  }

  func restore() throws { try copy(from: "crm.backup", to: "crm.db") }

  func announce(_ asOf: UTCTime, by member: Member = .anna) async throws -> RestoreView {
    try await say(AnnounceRestore(system: "crm", asOf: asOf), by: member)
  }
}
