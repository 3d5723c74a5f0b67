import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// The vault entry is destroyed once the request is closed, however often the daemon dies meanwhile.
  struct `a daemon that is killed while a request is closed` {
    @Test func `leaves nothing of the person after its next start`() async throws {
      let options = Installation.Options(
        people: 60, leavingOut: ["usb-stick", "sister", "cleansing", "intermediary"])
      try await Installation.with(options) { site in
        try await WritePoint.requireTracing(site)
        site.stopCompanies()
        let email = try #require(try SystemsContent(folder: site.path("systems")).customerEmails.first)
        try await Self.conclude(site, email)
        let remains = PersonRemains(
          search: PersonSearch([email, "Please erase everything you have on me."]), sealed: try site.sealedInVault())
        try #require(!remains.sealed.isEmpty)
        try site.keep(as: "concluded")

        let points = try await Self.points(site)
        var reached = 0
        for point in points {
          try site.restore("concluded")
          let killed = try await site.runUntilKilled(at: point) { try await Self.close(site) }
          if killed { reached += 1 }
          try await site.requireGoodEvidence("killed at \(point)")
          try await site.startDaemon()
          try await until("destroyed after a kill at \(point)") { try await Self.close(site) }
          #expect(try remains.found(in: site).isEmpty, "killed at \(point), while the daemon runs")
          #expect(try await site.stopDaemon() == .exited(0))
          #expect(try remains.found(in: site).isEmpty, "killed at \(point)")
          try await site.requireGoodEvidence("closed after a kill at \(point)")
          let evidence = try PublishedEvidence(folder: site.path("evidence"))
          for kind in ["subject.informed", "request.closed", "vault.destroyed"] {
            #expect(evidence.entries(kind).count == 1, "killed at \(point): \(kind)")
          }
        }
        print("killed at \(reached) of \(points.count) chosen writes while closing")
        #expect(reached * 2 >= points.count, "too few of the chosen writes were reached")
      }
    }

    private static func conclude(_ site: Installation, _ email: String) async throws {
      try await site.startDaemon()
      try await site.releaseSystems()
      let number = try await site.plan(for: email)
      try #require(number == "1")
      try await site.approve(number)
      try await site.untilJobs(of: ["1"], "everything due now is settled") { jobs in
        jobs.allSatisfy { $0.isSettled || $0.state == "follow-up" }
      }
      try await until("the plan is concluded") { try await site.history(of: "1").contains("plan.concluded") }
      try await site.moveCalendar(seconds: 7_200)
      try await until("the request is concluded") { try await site.requestState("1") == "concluded" }
      #expect(try await site.stopDaemon() == .exited(0))
    }

    /// Closes the request if that has not been recorded; whether the vault entry is destroyed.
    private static func close(_ site: Installation) async throws -> Bool {
      if try await site.requestState("1") == "concluded" {
        try await site.answer("bram", "request", "close", "1", "--channel", "letter")
      }
      return try await site.history(of: "1").contains("vault.destroyed")
    }

    /// Only what is written between the start and the destruction.
    private static func points(_ site: Installation) async throws -> [WritePoint] {
      let trace = site.beside("trace")
      try await site.startDaemon(strace: WritePoint.tracing(into: trace))
      let first = try WritePoint.counts(in: trace)
      try await until("destroyed") { try await close(site) }
      let last = try WritePoint.counts(in: trace)
      #expect(try await site.stopDaemon() == .exited(0))
      return WritePoint.spread(
        [("pwrite64", 8), ("fdatasync", 4), ("fsync", 2), ("rename", 2)], after: first, to: last)
    }
  }
}
