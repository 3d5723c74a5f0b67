import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// SIGKILL at any moment: nothing is lost, nothing is done twice.
  struct `a daemon that is killed fifty times in the middle of plans` {
    static let kills = 50
    static let people = 10
    static let companies = ["sister", "cleansing", "intermediary"]

    @Test func `finishes every plan exactly once`() async throws {
      let random = SeededRandom.property()
      // Nobody is there to destroy the stick.
      try await Installation.with(.init(leavingOut: ["usb-stick"])) { site in
        let before = try SystemsContent(folder: site.path("systems"))
        var known = before.customerEmails
        var generator = random
        known.shuffle(using: &generator)
        let emails = Array(known.prefix(Self.people))
        try await site.startDaemon()
        try await site.releaseSystems()
        var numbers: [String] = []
        for email in emails { numbers.append(try await site.plan(for: email)) }
        site.killDaemon()

        try await Self.killAgainAndAgain(site, numbers, random)
        try await site.startDaemon()
        try await Self.finish(site, numbers)
        #expect(try await site.stopDaemon() == .exited(0))

        let after = try SystemsContent(folder: site.path("systems"))
        let expected = before.erasing(Set(emails), in: site.today.year)
        #expect(after.faults(expecting: expected, before: before).isEmpty)
        try await site.requireGoodEvidence("after \(Self.kills) kills")
        let evidence = try PublishedEvidence(folder: site.path("evidence"))
        try Self.compare(evidence, rows: after.changedRows(since: before))
        try Self.compareNotices(site, evidence)
        try Self.checkTimes(evidence)
      }
    }

    /// Every fifth time two officers sign the next plan first. The last time the companies are frozen, so that a notice
    /// is certainly under way.
    private static func killAgainAndAgain(
      _ site: Installation, _ numbers: [String], _ random: SeededRandom
    ) async throws {
      var waiting = numbers[...]
      for round in 1...kills {
        let process = try site.spawnDaemon()
        if round == kills {
          site.freezeCompanies(true)
          try await site.untilItAnswers(process)
          try await approveNext(site, &waiting)
          try await until("a notice is under way") {
            let jobs = try await site.answer("bram", "job", "list").array ?? []
            return jobs.contains { companies.contains($0["system"]?.string ?? "") && $0["state"]?.string == "running" }
          }
        } else if round % 5 == 1, waiting.count > 1 {
          try await site.untilItAnswers(process)
          try await approveNext(site, &waiting)
          try await pass(milliseconds: random.number(in: 0...250))
        } else {
          if round % 3 == 0 {
            try await site.untilItAnswers(process)
            // Back-offs are over, so that there is work at this start or the next.
            try await site.moveCalendar(seconds: 8)
          }
          try await pass(milliseconds: random.number(in: 0...400))
        }
        site.killDaemon()
        site.freezeCompanies(false)
        try #require(process.ended == .killed(by: SIGKILL))
      }
      #expect(waiting.isEmpty)
    }

    private static func approveNext(_ site: Installation, _ waiting: inout ArraySlice<String>) async throws {
      guard let number = waiting.popFirst() else { return }
      try await site.approve(number)
    }

    /// Until all requests are concluded: the silent firm stays silent to the end of its ladder.
    private static func finish(_ site: Installation, _ numbers: [String]) async throws {
      try await site.untilJobs(of: numbers, "all but the silent firm's jobs are settled") { jobs in
        jobs.allSatisfy { $0.isSettled || $0.state == "follow-up" || $0.system == "cleansing" }
          && jobs.contains { $0.system == "cleansing" && $0.state == "awaiting-recipient" }
      }
      let request = try await site.answer("bram", "request", "show", numbers[0])
      let workTo = try #require(request["request"]?["dueDates"]?["workTo"]?.string.flatMap { CivilDate($0) })
      try await site.moveCalendar(to: workTo.adding(days: 1))
      try await site.untilJobs(of: numbers, "everything due now is settled", moves: 0) { jobs in
        jobs.allSatisfy { $0.isSettled || $0.state == "follow-up" }
      }
      for number in numbers {
        try await until("the plan of request \(number) is concluded") {
          try await site.history(of: number).contains("plan.concluded")
        }
      }
      try await site.moveCalendar(seconds: 7_200)
      for number in numbers {
        try await until("request \(number) is concluded") { try await site.requestState(number) == "concluded" }
      }
    }

    /// What the receipts say together is what is different in the databases: nothing was counted twice or forgotten.
    private static func compare(_ evidence: PublishedEvidence, rows: [String: Int]) throws {
      let datasets = Set(SystemsContent.datasets.values)
      #expect(evidence.erasedRows(datasets: datasets).filter { $0.value > 0 } == rows)
      // Due now: the CRM, the back office, the backups' tag and three companies.
      #expect(evidence.settlements.count == people * 6)
      #expect(evidence.settlements.allSatisfy { $0.value == 1 })
      #expect(evidence.entries("request.concluded").count == people)
    }

    /// Each company accepted each notice once; it may have heard it more often.
    private static func compareNotices(_ site: Installation, _ evidence: PublishedEvidence) throws {
      for company in companies {
        let lines = try site.text("companies/\(company).log").split(separator: "\n").map { $0.split(separator: " ") }
        let accepted = lines.filter { $0.last == "accepted" }.compactMap { $0.first.map(String.init) }
        #expect(accepted.count == people)
        #expect(Set(accepted).count == people, "\(company) accepted a notice twice")
        #expect(Set(accepted).isSubset(of: Set(evidence.settlements.keys)))
      }
    }

    /// Whatever was cut off is taken up within two seconds of the daemon's next start, unless that too was cut short.
    private static func checkTimes(_ evidence: PublishedEvidence) throws {
      let interruptions = evidence.interruptions
      print("attempts cut off: \(interruptions.count); starts recorded: \(evidence.entries("daemon.started").count)")
      #expect(!interruptions.isEmpty)
      for interruption in interruptions {
        let seconds = try #require(interruption.seconds, "\(interruption.job) was never taken up again")
        #expect(seconds <= 2, "\(interruption.job) was taken up \(seconds) s after the start")
      }
    }
  }
}
