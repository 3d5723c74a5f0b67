import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// The disk with the state is gone: the published log and one generation of vault and keyring bring it back.
  struct `a lost state` {
    @Test func `comes back from the published log and the generation, and the work finishes`() async throws {
      try await Installation.with(.init(people: 60, leavingOut: ["usb-stick", "sister"])) { site in
        let before = try SystemsContent(folder: site.path("systems"))
        let emails = Array(before.customerEmails.prefix(2))
        try await site.startDaemon()
        try await site.releaseSystems()
        for email in emails { _ = try await site.plan(for: email) }
        try await site.approve("1")
        try await site.untilJobs(of: ["1"], "the first plan's work is done", Self.isFinished)
        #expect(try await site.approve("2", as: "bram").succeeded)
        try await Self.backUp(site)

        // Nothing of what came after the last checkpoint is published.
        site.killDaemon()
        let known = try PublishedEvidence(folder: site.path("evidence")).entries.count
        let refused = try await Self.recover(site)
        #expect(refused.ending == .exited(1) && refused.errors.contains("recover overwrites nothing"))
        try FileManager.default.moveItem(atPath: site.path("state"), toPath: site.beside("lost"))
        let said = try await Self.recover(site)
        #expect(said.succeeded && said.output.contains("\(known) entries"), "\(said)")

        try await site.startDaemon()
        #expect(try await site.answer("bram", "request", "list").array?.count == 2)
        #expect(try await site.answer("bram", "plan", "show", "2")["approvals"]?.array?.count == 1)
        #expect(try await site.answer("bram", "request", "show", "2")["identifiers"]?.array?.isEmpty == false)
        #expect(try await site.approve("2", as: "chris").succeeded)
        try await site.untilJobs(of: ["1", "2"], "the work is done", Self.isFinished)
        let checked = try await site.expunge("bram", "check", "--deep")
        #expect(checked.succeeded, "\(checked)")
        #expect(try await site.stopDaemon() == .exited(0))

        try await site.requireGoodEvidence("after recovery")
        let evidence = try PublishedEvidence(folder: site.path("evidence"))
        #expect(evidence.settlements.values.allSatisfy { $0 == 1 })
        #expect(evidence.entries("journal.recovered").count == 1)
        let after = try SystemsContent(folder: site.path("systems"))
        let expected = before.erasing(Set(emails), in: site.today.year)
        #expect(after.faults(expecting: expected, before: before).isEmpty)
        for company in ["cleansing", "intermediary"] {
          let lines = try site.text("companies/\(company).log").split(separator: "\n").filter {
            $0.hasSuffix("accepted")
          }
          #expect(lines.count == 2 && Set(lines).count == 2, "\(company): \(lines)")
        }
      }
    }

    private static func isFinished(_ jobs: [JobLine]) -> Bool {
      !jobs.isEmpty
        && jobs.allSatisfy { job in
          if job.isFollowUp { return job.state == "follow-up" }
          return job.system == "cleansing" ? job.state == "awaiting-recipient" : job.isSettled
        }
    }

    /// While the daemon runs. The copy of the people holds nobody in the clear.
    private static func backUp(_ site: Installation) async throws {
      let arguments = ["--journal", site.beside("backup-journal"), "--people", site.beside("backup-people")]
      let config = ["backup", "--config", site.path("expunged.yaml")]
      for _ in 1...2 {
        let said = try await site.expunged(config + arguments)
        #expect(said.succeeded, "\(said)")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: site.beside("backup-people")).sorted()
      #expect(names == ["keyring.db", "vault.db"], "one generation, and no older one beside it")
      let said = try await site.expunged(
        config + ["--journal", site.beside("one"), "--people", site.beside("one")])
      #expect(said.ending == .exited(1) && said.errors.contains("the same folder"))
    }

    private static func recover(_ site: Installation) async throws -> Said {
      try await site.expunged(
        ["recover", "--config", site.path("expunged.yaml"), "--people", site.beside("backup-people")])
    }
  }
}
