import ErasureDomain
import EvidenceLog
import EvidencePublishing
import Foundation
import Journal
import TestKit
import Testing

/// Time stamps of a real authority, and of one that lies.
@Suite struct TimeStampTests {
  @Test func `the published checkpoint has a time stamp that openssl verifies, and so has a bundle`() async throws {
    let server = try TimeStampServer()
    let scene = try AnchorScene()
    try await scene.scene.open()
    try await scene.scene.addRequests(5)
    let authorities = Array(try Data(contentsOf: URL(fileURLWithPath: server.authorities)))
    let (publisher, anchors) = scene.publisher(authority: scene.authority(server.url(), authorities))
    try await publisher.publishAnchored()
    let folder = scene.scene.folder
    let stamp = try TimeStamp(reply: #require(try scene.scene.published()["checkpoint.tsr"]))
    try TimeStampServer.verify(
      data: folder.path("log/checkpoint"), stamp: folder.path("log/checkpoint.tsr"),
      authorities: folder.path("log/tsa/ca.pem"), time: stamp.time.secondsSince1970)
    #expect(await anchors.warnings.isEmpty && scene.heard.isEmpty)
    let request = try #require(try await scene.scene.journal.read { reader in try reader.request(number: 1) })
    let files = try await EvidenceBundle.export(request: request.request, from: scene.scene.journal)
    let byPath = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
    #expect(byPath["checkpoint.tsr"] == (try scene.scene.published()["checkpoint.tsr"]))
    #expect(byPath["tsa/ca.pem"] == authorities)
    let readMe = String(decoding: byPath["README.txt"] ?? [], as: UTF8.self)
    #expect(readMe.contains("by a time-stamping authority at \(stamp.time)") && readMe.contains("openssl ts -verify"))
    // Another byte, and openssl notices: the test can fail.
    var changed = try #require(byPath["checkpoint"])
    changed[changed.count - 10] ^= 1
    try Data(changed).write(to: URL(fileURLWithPath: folder.path("changed")))
    #expect(throws: (any Error).self) {
      try TimeStampServer.verify(
        data: folder.path("changed"), stamp: folder.path("log/checkpoint.tsr"), authorities: server.authorities,
        time: stamp.time.secondsSince1970)
    }
  }

  @Test(arguments: [
    ("imprint", "other-imprint", true), ("nonce", "other-nonce", true), ("refuse", "not-granted-2", false),
    ("garbage", "malformed", false), ("huge", "too-large", false), ("silent", "unreachable", false),
  ])
  func `what an authority answers wrongly is not kept, and asked for again`(
    _ lie: String, _ code: String, _ isWrongAnswer: Bool
  ) async throws {
    let server = try TimeStampServer()
    let scene = try AnchorScene()
    try await scene.scene.open()
    let (lied, anchors) = scene.publisher(authority: scene.authority(server.url(lie: lie)))
    try await lied.publishAnchored()
    #expect(try scene.scene.published()["checkpoint.tsr"] == nil)
    let trouble = CheckpointAnchors.Trouble(anchor: "time-stamp", code: code, isWrongAnswer: isWrongAnswer)
    #expect(scene.heard == [trouble])
    #expect(await anchors.warnings == ["the newest checkpoint has no time stamp (\(code)); it is asked for again"])
    // Nothing new is signed for the next try.
    let (honest, _) = scene.publisher(authority: scene.authority(server.url()))
    await honest.anchorAgain()
    #expect(try scene.scene.published()["checkpoint.tsr"] != nil)
    #expect(try scene.scene.signer.checkpoints.count == 1)
  }

  @Test func `the lists of revoked certificates of the day lie beside the stamp, and openssl reads them`() async throws
  {
    let server = try TimeStampServer()
    let scene = try AnchorScene()
    try await scene.scene.open()
    // Somebody's file may end without a newline.
    let authorities = Array(try Data(contentsOf: URL(fileURLWithPath: server.authorities)).dropLast())
    let authority = scene.authority(server.url(), authorities, revocations: [server.revocations()])
    try await scene.publisher(authority: authority).publisher.publishAnchored()
    #expect(scene.heard.isEmpty)
    func verify() throws {
      let folder = scene.scene.folder
      let stamp = try TimeStamp(reply: #require(try scene.scene.published()["checkpoint.tsr"]))
      try TimeStampServer.verify(
        data: folder.path("log/checkpoint"), stamp: folder.path("log/checkpoint.tsr"),
        authorities: folder.path("log/tsa/ca.pem"), time: stamp.time.secondsSince1970, checkingLists: true)
    }
    try verify()
    let kept = try #require(try scene.scene.published()["tsa/ca.pem"])
    #expect(kept.starts(with: authorities) && String(decoding: kept, as: UTF8.self).contains("BEGIN X509 CRL"))
    // The next one has the list of its own moment.
    try server.revoke()
    try await scene.scene.addRequests(1)
    try await scene.publisher(authority: authority).publisher.publishAnchored()
    #expect(try scene.scene.published()["tsa/ca.pem"] != kept)
    #expect(throws: (any Error).self) { try verify() }
    // And nothing of the one before lies beside one that has none.
    try await scene.scene.addRequests(1)
    try await scene.publisher(authority: scene.authority(server.url())).publisher.publishAnchored()
    #expect(try scene.scene.published()["checkpoint.tsr"] != nil)
    #expect(try scene.scene.published()["tsa/ca.pem"] == nil)
  }

  @Test(arguments: [("old", "out-of-date"), ("nowhere", "status-404")])
  func `a stamp without its list is kept, and said to be without`(_ lie: String, _ code: String) async throws {
    let server = try TimeStampServer()
    let scene = try AnchorScene()
    try await scene.scene.open()
    let address = lie == "old" ? server.revocations(lie: lie) : server.url() + lie
    let (publisher, anchors) = scene.publisher(authority: scene.authority(server.url(), [0x0A], revocations: [address]))
    try await publisher.publishAnchored()
    #expect(try scene.scene.published()["checkpoint.tsr"] != nil)
    #expect(try scene.scene.published()["tsa/ca.pem"] == [0x0A])
    #expect(scene.heard == [CheckpointAnchors.Trouble(anchor: "time-stamp-crl", code: code)])
    #expect(
      await anchors.warnings == [
        "the newest time stamp was kept without a list of revoked certificates of its day (\(code)); the next one asks again"
      ])
  }

  /// The manual's own lines, with a `curl` that asks our authority.
  @Test func `the stamp of a closed log is renewed by hand, as the manual says`() async throws {
    let server = try TimeStampServer()
    let scene = try AnchorScene()
    try await scene.scene.open()
    try await scene.publisher(authority: scene.authority(server.url())).publisher.publishAnchored()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let manual = try String(contentsOf: root.appending(path: "docs/operating/keys.md"), encoding: .utf8)
    let parts = manual.components(separatedBy: "```sh\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    let lines = try #require(parts.first { $0.contains("openssl ts -query") })
    let curl = """
      import sys, urllib.request as r
      assert sys.argv[2:6] == ["-H", "Content-Type: application/timestamp-query", "--data-binary", "@query"], sys.argv
      assert sys.argv[7] == "-o"
      asked = r.Request(sys.argv[1], open("query", "rb").read(), {"Content-Type": "application/timestamp-query"})
      open(sys.argv[8], "wb").write(r.urlopen(asked).read())
      """
    let folder = scene.scene.folder.path("log")
    try Data(contentsOf: URL(fileURLWithPath: server.authorities)).write(
      to: URL(fileURLWithPath: folder + "/my_ca.pem"))
    let script = "set -e; cd '\(folder)'; curl() { python3 -c '\(curl)' \(server.url()) \"$@\"; }\n\(lines)"
    try ChildProcess.run(["/bin/bash", "-c", script])
    // It is about both: another old stamp, and openssl refuses.
    try ChildProcess.run(["/bin/sh", "-c", "cd '\(folder)' && cat checkpoint checkpoint.tsr > stamped"])
    let again = try #require(lines.split(separator: "\n").first { $0.hasPrefix("openssl ts -verify") })
    #expect(throws: (any Error).self) { try ChildProcess.run(["/bin/sh", "-c", "cd '\(folder)' && \(again)"]) }
  }

  @Test func `the stamp of an older checkpoint does not lie beside a newer one`() async throws {
    let server = try TimeStampServer()
    let scene = try AnchorScene()
    try await scene.scene.open()
    try await scene.publisher(authority: scene.authority(server.url())).publisher.publishAnchored()
    #expect(try scene.scene.published()["checkpoint.tsr"] != nil)
    server.stop()
    try await scene.scene.addRequests(1)
    try await scene.publisher(authority: scene.authority(server.url())).publisher.publishAnchored()
    #expect(try scene.scene.published()["checkpoint.tsr"] == nil)
    #expect(scene.heard.map(\.code) == ["unreachable"])
  }

  @Test func `without anybody outside every export says so`() async throws {
    let scene = try AnchorScene()
    try await scene.scene.open()
    try await scene.scene.addRequests(1)
    let (publisher, anchors) = scene.publisher()
    try await publisher.publishAnchored()
    #expect(await anchors.warnings.first?.contains("not anchored outside") == true)
    let request = try #require(try await scene.scene.journal.read { reader in try reader.request(number: 1) })
    let files = try await EvidenceBundle.export(request: request.request, from: scene.scene.journal)
    let readMe = String(decoding: files.first { $0.path == "README.txt" }?.bytes ?? [], as: UTF8.self)
    #expect(readMe.contains("Not anchored outside") && !readMe.contains("openssl ts"))
  }
}
