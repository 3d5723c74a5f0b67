import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// Killed by strace at the entry of a chosen call that writes, in one of the daemon's threads.
  struct `a daemon that is killed at a write` {
    static let owns = ["crm", "backoffice", "backups", "intermediary"]

    @Test func `leaves good evidence, and the next start finishes the work`() async throws {
      // The plan is made under an organisation of another name: practice mode claims nothing there.
      let options = Installation.Options(people: 60, leavingOut: ["usb-stick", "sister"], organisation: "drill")
      try await Installation.with(options) { site in
        try await WritePoint.requireTracing(site)
        let before = try SystemsContent(folder: site.path("systems"))
        let email = try #require(before.customerEmails.first)
        let expected = before.erasing([email], in: site.today.year)
        try await site.startDaemon()
        try await site.releaseSystems()
        let number = try await site.plan(for: email)
        try await site.approve(number)
        #expect(try await site.stopDaemon() == .exited(0))
        site.stopCompanies()
        try site.changeConfiguration { $0.replacing("organisation: drill", with: "organisation: demo") }
        try site.keep(as: "approved")

        let points = try await Self.points(site)
        var reached = 0
        for point in points {
          try site.restore("approved")
          try await site.startCompanies()
          let killed = try await site.runUntilKilled(at: point) { Self.isFinished(try await site.jobs(of: "1")) }
          if killed { reached += 1 }
          try await site.requireGoodEvidence("killed at \(point)")
          try await site.startDaemon()
          try await Self.finish(site)
          let checked = try await site.expunge("bram", "check", "--deep")
          #expect(checked.succeeded, "killed at \(point): \(checked)")
          #expect(try await site.stopDaemon() == .exited(0))
          site.stopCompanies()
          try await site.requireGoodEvidence("finished after a kill at \(point)")
          let after = try SystemsContent(folder: site.path("systems"))
          let faults = after.faults(expecting: expected, before: before)
          #expect(faults.isEmpty, "killed at \(point): \(faults)")
          try Self.requireOnce(site, rows: after.changedRows(since: before), point)
        }
        print("killed at \(reached) of \(points.count) chosen writes")
        #expect(reached * 4 >= points.count * 3, "too few of the chosen writes were reached")
      }
    }

    @Test func `starts for the first time once more`() async throws {
      try await Installation.with(.init(people: 20)) { site in
        try await WritePoint.requireTracing(site)
        try site.keep(as: "new")
        let trace = site.beside("trace")
        try await site.startDaemon(strace: WritePoint.tracing(into: trace))
        let last = try WritePoint.counts(in: trace)
        #expect(try await site.stopDaemon() == .exited(0))
        let points = WritePoint.spread(
          [("pwrite64", 3), ("fdatasync", 1), ("fsync", 2), ("rename", 2)], after: [:], to: last)
        try #require(points.count >= 6, "the daemon writes by other calls: \(last)")
        site.stopCompanies()
        for point in points {
          try site.restore("new")
          _ = try await site.runUntilKilled(at: point) { try await site.expunge("bram", "status").succeeded }
          try await site.requireGoodEvidence("killed at \(point)")
          try await site.startDaemon()
          #expect(try await site.stopDaemon() == .exited(0))
          try await site.requireGoodEvidence("started again after a kill at \(point)")
          let evidence = try PublishedEvidence(folder: site.path("evidence"))
          #expect(evidence.entries("log.opened").count == 1)
          #expect(evidence.entries.last?.kind.rawValue == "daemon.stopped")
        }
      }
    }

    /// A whole run is traced once; the points are spread over the calls that its threads made.
    private static func points(_ site: Installation) async throws -> [WritePoint] {
      try await site.startCompanies()
      let trace = site.beside("trace")
      try await site.startDaemon(strace: WritePoint.tracing(into: trace))
      try await finish(site)
      #expect(try await site.stopDaemon() == .exited(0))
      site.stopCompanies()
      let last = try WritePoint.counts(in: trace)
      for call in WritePoint.calls {
        try #require(last[call] ?? 0 > 0, "the daemon makes no \(call); name the call it makes instead")
      }
      return WritePoint.spread(
        [("pwrite64", 9), ("fdatasync", 6), ("fsync", 3), ("rename", 3)], after: [:], to: last)
    }

    /// All is settled but the silent firm, which has accepted, and what has a later date.
    private static func isFinished(_ jobs: [JobLine]) -> Bool {
      !jobs.isEmpty
        && jobs.allSatisfy { job in
          if owns.contains(job.system), !job.isFollowUp { return job.isSettled }
          return job.state == (job.isFollowUp ? "follow-up" : "awaiting-recipient")
        }
    }

    private static func finish(_ site: Installation) async throws {
      try await site.untilJobs(of: ["1"], "the work is done", isFinished)
    }

    /// Each job was settled once, each notice accepted once, and the receipts count each row once.
    private static func requireOnce(_ site: Installation, rows: [String: Int], _ point: WritePoint) throws {
      let evidence = try PublishedEvidence(folder: site.path("evidence"))
      #expect(evidence.settlements.count == owns.count)
      #expect(evidence.settlements.values.allSatisfy { $0 == 1 }, "killed at \(point): settled twice")
      let receipts = evidence.erasedRows(datasets: Set(SystemsContent.datasets.values)).filter { $0.value > 0 }
      #expect(receipts == rows, "killed at \(point)")
      for company in ["cleansing", "intermediary"] {
        let accepted = try site.text("companies/\(company).log").split(separator: "\n").count {
          $0.hasSuffix("accepted")
        }
        #expect(accepted == 1, "killed at \(point): \(company) accepted \(accepted) notices")
      }
    }
  }
}
