import ErasureDomain
import Foundation
import PostgresTestKit
import TestKit
import Testing

extension EndToEnd {
  /// SIGHUP: credentials are read anew, and nothing else happens.
  struct `a changed secret` {
    private static let options = Installation.Options(
      people: 20, leavingOut: ["usb-stick", "cleansing", "intermediary"])

    @Test func `is used after SIGHUP and not before, and is never logged`() async throws {
      try await Installation.with(Self.options) { site in
        let good = try site.text("credentials/sister-webhook")
        let bad = "whsec_" + Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
        let email = try #require(try SystemsContent(folder: site.path("systems")).customerEmails.first)
        let process = try site.spawnDaemon(blocked: [SIGHUP])
        try await site.untilItAnswers(process)
        try await site.passRecipients()
        try site.write(bad + "\n", to: "credentials/sister-webhook")
        try await Self.reload(site, process, times: 1)
        let number = try await site.plan(for: email)
        try await site.approve(number)
        let job = try await Self.refused(site, number)

        // The right one lies there; the daemon has not been told.
        try site.write(good, to: "credentials/sister-webhook")
        try await site.answer("bram", "task", "answer", job, "retry")
        _ = try await Self.refused(site, number)

        try await Self.reload(site, process, times: 2)
        try await site.answer("bram", "task", "answer", job, "retry")
        try await site.untilJobs(of: [number], "the company is told") { jobs in
          jobs.contains { $0.job == job && ["awaiting-recipient", "erased"].contains($0.state) }
        }
        #expect(process.ended == nil)
        // Again and again, with nothing changed.
        for _ in 1...3 { process.signal(SIGHUP) }
        #expect(try await site.expunge("bram", "status").succeeded)
        #expect(try await site.stopDaemon() == .exited(0))

        let log = try site.text("daemon.log")
        #expect(log.contains("sister-webhook"))
        for secret in [good, bad] {
          let text = secret.trimmingCharacters(in: .whitespacesAndNewlines)
          #expect(!log.contains(text) && !log.contains(text.dropFirst("whsec_".count)))
        }
        let kinds = try PublishedEvidence(folder: site.path("evidence")).entries.map(\.kind.rawValue)
        #expect(kinds.count { $0 == "daemon.started" } == 1 && kinds.last == "daemon.stopped")
      }
    }

    /// The password of a database: a look of before SIGHUP fails by its own code, one after it finds the person.
    @Test func `of a database counts after SIGHUP and not before`() async throws {
      let shop = try await Shop.make()
      try await shop.with { site in
        let number = try await site.plan(for: "p1@example.org")
        for (credential, role) in [("shop-look", shop.looker), ("shop-erase", shop.eraser)] {
          try await shop.database.run("ALTER ROLE \(role.name) PASSWORD 'another one'")
          let old = try site.text("credentials/" + credential)
          try site.write(
            old.replacing("password=\(role.password)", with: "password='another one'"), to: "credentials/" + credential)
        }
        // The right one lies there; the daemon has not been told.
        let refused = try await site.expunge("anna", "plan", number)
        #expect(!refused.succeeded && refused.description.contains("wrong-password"), "\(refused)")
        let process = try #require(site.daemon)
        try await Self.reload(site, process, times: 1)
        try await site.answer("anna", "plan", number)
        try await site.approve(number)
        try await site.untilJobs(of: [number], "the person is erased") { jobs in
          jobs.count == 1 && jobs.allSatisfy { $0.state == "erased" }
        }
        #expect(try await shop.database.number("SELECT count(*) FROM customer WHERE id = 1") == 0)
        let log = try site.text("daemon.log")
        #expect(!log.contains("another one") && !log.contains(shop.eraser.password))
        #expect(try await site.stopDaemon() == .exited(0))
      }
    }

    private static func reload(_ site: Installation, _ process: OutsideProgram, times: Int) async throws {
      process.signal(SIGHUP)
      try await until("the credentials are read anew") {
        try site.text("daemon.log").components(separatedBy: "credentials read anew").count == times + 1
      }
    }

    /// The sister company does not believe the signature; its job asks.
    private static func refused(_ site: Installation, _ number: String) async throws -> String {
      try await site.untilJobs(of: [number], "the company refuses the signature") { jobs in
        jobs.contains { $0.system == "sister" && $0.state == "awaiting-officer" }
      }
      return try #require(try await site.jobs(of: number).first { $0.system == "sister" }).job
    }
  }
}
