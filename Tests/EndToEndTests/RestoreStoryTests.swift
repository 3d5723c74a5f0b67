import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// The whole life of a backup, with restic: it holds the person after the erasure, brings her back, and ends.
  struct `a backup that outlives an erasure` {
    private static let password = "for a test"
    private static let options = Installation.Options(
      people: 30, leavingOut: ["usb-stick", "cleansing", "sister", "intermediary", "backoffice"], owns: ["dora:crm"])

    private struct Restic {
      let site: Installation
      let program: String

      init(_ site: Installation) throws {
        self.site = site
        program = try Programs.tool("restic", package: "restic")
        try site.write(RestoreStory.password, to: "credentials/restic-password")
        try site.write(
          """
          register: 1
          system: backups
          name: Snapshots of the CRM
          role: backup
          owner: it-operations
          subjects: [customer]
          connector: backup-tool
          settings:
            tool: restic
            program: [\(program)]
            environment: {RESTIC_REPOSITORY: \(site.beside("restic")), HOME: \(site.beside("home"))}
            credentials: {RESTIC_PASSWORD: restic-password}
            retention-days: 10

          """, to: "plans/demo/backups.yaml")
      }

      @discardableResult func run(_ arguments: String...) async throws -> String {
        let said = try await site.run(
          program,
          [
            "--repo", site.beside("restic"), "--password-file", site.path("credentials/restic-password"), "--no-cache",
          ] + arguments, seconds: 120)
        #expect(said.succeeded, "restic \(arguments): \(said)")
        return said.output
      }
    }

    /// The ids in restic's own listing.
    private struct Snapshot: Decodable {
      let id: String

      static func ids(_ listing: String) throws -> [String] {
        try JSONDecoder().decode([Self].self, from: Data(listing.utf8)).map(\.id)
      }
    }

    private typealias RestoreStory = `a backup that outlives an erasure`

    private static func holds(_ email: String, _ file: String) throws -> Bool {
      try Data(contentsOf: URL(fileURLWithPath: file)).range(of: Data(email.utf8)) != nil
    }

    private static func restore(_ copy: String, to file: String) throws {
      for name in [file, file + "-wal", file + "-shm"] where FileManager.default.fileExists(atPath: name) {
        try FileManager.default.removeItem(atPath: name)
      }
      try FileManager.default.copyItem(atPath: copy, toPath: file)
    }

    /// Two officers have signed beforehand; somebody restores the same copy once more, and nobody has to sign.
    private static func eraseBeforehand(
      _ site: Installation, restoring copy: String, to file: String, as asOf: UTCTime
    ) async throws -> String {
      for officer in ["bram", "chris"] {
        try await site.answer(
          officer, "restore-standing", "crm", "--at-most", "50", "--until", site.today.adding(days: 30).description,
          "--key", site.path("keys/\(officer)"), "--principal", site.principal(officer), "--yes")
      }
      try restore(copy, to: file)
      let seen = try await site.answer("anna", "restored", "crm", "--as-of", "\(asOf)")
      let proposal = seen["proposals"]?.array?.first
      #expect(proposal?["isApproved"] == .boolean(true))
      let number = try #require(proposal?["number"]?.integer).description
      try await until("\(number) is concluded") { try await site.requestState(number) == "concluded" }
      return number
    }

    /// Both officers sign, and the systems' work is done.
    private static func erase(_ site: Installation, _ number: String) async throws {
      try await site.approve(number)
      try await site.untilJobs(of: [number], "the work of \(number) is done") { jobs in
        !jobs.isEmpty && jobs.allSatisfy { $0.isSettled || $0.isFollowUp }
      }
      try await until("\(number) is concluded") { try await site.requestState(number) == "concluded" }
    }

    @Test func `holds the person, brings her back, and is seen gone`() async throws {
      try await Installation.with(Self.options) { site in
        let restic = try Restic(site)
        try site.changeConfiguration { $0.replacing("settling-seconds: 3600", with: "settling-seconds: 0") }
        let email = try #require(try SystemsContent(folder: site.path("systems")).customerEmails.first)
        let file = site.path("systems/crm.db")
        try await restic.run("init")
        try await restic.run("backup", file)
        let asOf = UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970))
        try await site.startDaemon()
        try await site.answer("dora", "system", "release", "crm")

        // Erased, and the snapshot carries its date.
        let first = try await site.plan(for: email)
        try await Self.erase(site, first)
        #expect(!(try Self.holds(email, file)))
        #expect(try await restic.run("snapshots", "--json").contains("expunged-expire="))

        // The snapshot still holds her; somebody restores it.
        let copy = site.beside("restored")
        try await restic.run("restore", "latest", "--target", copy)
        #expect(try Self.holds(email, copy + file))
        try Self.restore(copy + file, to: file)
        #expect(try SystemsContent(folder: site.path("systems")).customerEmails.contains(email))

        // She is recognised without anybody's name being kept, and goes again.
        let seen = try await site.answer("anna", "restored", "crm", "--as-of", "\(asOf)")
        #expect((seen["certain"]?.integer ?? 0) > 0)
        #expect(seen["proposals"]?.array?.count == 1)
        let second = try #require(seen["proposals"]?.array?.first?["number"]?.integer).description
        try await Self.erase(site, second)
        #expect(!(try Self.holds(email, file)))
        #expect(try await site.answer("anna", "restored", "crm", "--as-of", "\(asOf)")["certain"]?.integer == 0)
        let third = try await Self.eraseBeforehand(site, restoring: copy + file, to: file, as: asOf)
        #expect(!(try Self.holds(email, file)))
        for number in [first, second, third] {
          try await site.answer("bram", "request", "close", number, "--channel", "mail")
        }

        // On the day the snapshots linger: a question, and no quiet end. Then they go, and everything ends.
        try await site.moveCalendar(seconds: 13 * 86_400)
        for number in [first, second, third] {
          try await until("it lingers for \(number)") {
            try await site.jobs(of: number).contains { $0.state == "awaiting-officer" }
          }
        }
        for snapshot in try Snapshot.ids(try await restic.run("snapshots", "--json")) {
          try await restic.run("forget", snapshot)
        }
        try await restic.run("prune", "--max-unused", "0")
        #expect(try await restic.run("snapshots", "--json").contains("expunged-expire=") == false)
        for task in try await site.answer("bram", "task", "list").array ?? [] {
          try await site.answer("bram", "task", "answer", task["task"]?.string ?? "", "retry")
        }
        for number in [first, second, third] {
          try await until("\(number) has ended") { try await site.requestState(number) == "ended" }
        }
        try await site.moveCalendar(seconds: 220 * 86_400)
        try await until("the tags go with their last purpose") {
          try PublishedEvidence(folder: site.path("evidence")).entries("tags.expired").isEmpty == false
        }
        #expect(try await site.stopDaemon() == .exited(0))
        try await site.requireGoodEvidence("of the whole life of a backup")
        let kinds = try PublishedEvidence(folder: site.path("evidence")).entries.map(\.kind.rawValue)
        #expect(kinds.contains("restore.announced") && kinds.contains("restore.scanned"))
        #expect(kinds.count { $0 == "copy.expired" } == 3)
        let search = try await site.run("/usr/bin/grep", ["-rlF", email, site.path("evidence"), site.path("state")])
        #expect(search.ending == .exited(1), "\(search)")
      }
    }
  }
}
