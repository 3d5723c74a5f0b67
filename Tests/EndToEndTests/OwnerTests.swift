import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// A good guest in the systems of others.
  struct `the owner of a system` {
    private static func state(_ jobs: [JobLine], _ system: String) -> String? {
      jobs.first { $0.system == system && $0.verb == "erase" }?.state
    }

    private static func warnings(_ site: Installation) async throws -> [String] {
      (try await site.answer("bram", "status")["warnings"]?.array ?? []).compactMap(\.string)
    }

    @Test func `lets the daemon look only until he releases it, and his stop outlives a restart`() async throws {
      try await Installation.with(.init(people: 60, leavingOut: ["usb-stick", "sister"])) { site in
        let before = try SystemsContent(folder: site.path("systems"))
        let email = try #require(before.customerEmails.first)
        try await site.startDaemon()
        let number = try await site.plan(for: email)
        let plan = try await site.answer("bram", "plan", "show", number)
        let notices = plan["notices"]?.array?.compactMap(\.string) ?? []
        #expect(
          notices.contains(
            "crm: look only: the owner (sales-operations) must release it with `expunge system release crm`"))
        try await site.approve(number)
        try await until("the back office waits for its owner") {
          try await Self.warnings(site).contains {
            $0.hasPrefix("system backoffice is look only: 1 job waits until its owner (finance)")
          }
        }
        #expect(try site.text("daemon.log").contains("waits-for-owner"))
        #expect(try SystemsContent(folder: site.path("systems")).changedRows(since: before).isEmpty)
        #expect(try await site.expunge("bram", "system", "release", "backoffice").ending == .exited(5))
        #expect(try await site.answer("bram", "system", "stop", "crm")["state"]?.string == "stopped")
        #expect(try await site.answer("dora", "system", "release", "backoffice")["state"]?.string == "released")
        try await site.untilJobs(of: [number], "the back office is done") { Self.state($0, "backoffice") == "erased" }

        #expect(try await site.stopDaemon() == .exited(0))
        try await site.startDaemon()
        let systems = try await site.answer("bram", "system", "list").array ?? []
        #expect(systems.compactMap { $0["state"]?.string } == ["released", "stopped"])
        try await until("the CRM waits") {
          try await Self.warnings(site).contains { $0.hasPrefix("system crm is stopped by bram: 1 job waits") }
        }
        #expect(Self.state(try await site.jobs(of: number), "crm") == "ready")
        try await site.answer("dora", "system", "release", "crm")
        try await site.untilJobs(of: [number], "the CRM is done") { Self.state($0, "crm") == "erased" }
        #expect(try await site.stopDaemon() == .exited(0))
        try await site.requireGoodEvidence("with releases and a stop")
        let kinds = try PublishedEvidence(folder: site.path("evidence")).entries.map(\.kind.rawValue)
        #expect(kinds.filter { $0.hasPrefix("system.") } == ["system.stopped", "system.released", "system.released"])
      }
    }

    @Test func `is one the register has`() async throws {
      try await Installation.with(.init(people: 20)) { site in
        for (wrong, words) in [
          ("owns: [crm, backofice]", "people dora owns \"backofice\", which the register does not have"),
          ("owns: [crm, CRM]", "is no name"), ("owns: [crm, crm]", "names \"crm\" twice"),
          ("roles: [auditor]", "who owns systems has the role system-owner"),
        ] {
          let text = try site.text("expunged.yaml")
          let key = wrong.hasPrefix("owns") ? "owns: [crm, backoffice]" : "roles: [system-owner]"
          try #require(text.contains(key))
          try site.changeConfiguration { $0.replacing(key, with: wrong) }
          let said = try await site.expunged(["run", "--config", site.path("expunged.yaml")])
          #expect(said.ending == .exited(1) && said.errors.contains(words), "\(said)")
          try site.write(text, to: "expunged.yaml")
        }
      }
    }
  }
}
