import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

extension EndToEnd {
  /// The one moment at which only the server knows what happened: it has committed, and has not said so.
  struct `a kill between COMMIT and its answer` {
    enum Victim: CaseIterable { case daemon, server, both }

    @Test(arguments: Victim.allCases)
    func `leaves a job that is settled once, with true counts`(_ victim: Victim) async throws {
      let shop = try await Shop.make()
      let others = try await shop.others()
      try await shop.with { site in
        let number = try await site.plan(for: "p1@example.org")
        // A commit is durable here and waits for a standby that never comes.
        try await Self.setStandby(shop, "'nobody'")
        try await site.approve(number)
        try await shop.database.waitUntil(
          """
          SELECT count(*) = 1 FROM pg_stat_activity WHERE usename = '\(shop.eraser.name)' AND wait_event = 'SyncRep'
          """)
        if victim != .server { site.killDaemon() }
        if victim != .daemon {
          try shop.server.kill9()
          try await shop.server.start()
        }
        try await Self.setStandby(shop, "DEFAULT")
        #expect(try await shop.database.number("SELECT count(*) FROM customer WHERE id = 1") == 0)
        if victim != .server { try await site.startDaemon() }
        try await Self.finish(site, number)
        #expect(try await shop.others() == others)
        #expect(try await site.stopDaemon() == .exited(0))
        try await Self.checkEvidence(site, victim)
      }
    }

    private static func setStandby(_ shop: Shop, _ value: String) async throws {
      try await shop.database.run(
        "ALTER SYSTEM SET synchronous_standby_names = \(value); SELECT pg_reload_conf()")
    }

    private static func finish(_ site: Installation, _ number: String) async throws {
      try await site.untilJobs(of: [number], "the job is settled") { jobs in
        jobs.count == 1 && jobs.allSatisfy(\.isSettled)
      }
      try await until("the plan is concluded") { try await site.history(of: number).contains("plan.concluded") }
      try await site.moveCalendar(seconds: 7_200)
      try await until("the request is concluded") { try await site.requestState(number) == "concluded" }
      try await site.answer("bram", "evidence", "export", number, site.path("bundle"))
    }

    private static func checkEvidence(_ site: Installation, _ victim: Victim) async throws {
      for folder in ["evidence", "bundle"] {
        let said = try await site.audit(site.path(folder))
        #expect(said.succeeded && said.output.hasSuffix("VERIFIED\n"), "\(folder): \(said)")
      }
      let evidence = try PublishedEvidence(folder: site.path("evidence"))
      let settled = evidence.entries("job.settled")
      try #require(settled.count == 1)
      let outcome = try #require(settled[0].facts["outcome"])
      #expect(outcome["outcome"]?.string == "erased")
      let effects = outcome["receipt"]?["effects"]?.array ?? []
      #expect(effects.map { $0["erased"]?.integer } == [1, 3, 3])
      #expect(effects.allSatisfy { $0["isUncertain"] == nil })
      // What was erased was prepared once, by the attempt that was lost; the next one only asked.
      #expect(evidence.entries("attempt.prepared").count == 1)
      let ends = evidence.entries("attempt.ended").map { $0.facts["end"]?.string }
      #expect(ends.first == "lost" && ends.last == "done", "\(victim): \(ends)")
    }
  }

  /// Our own stores hold jobs, not rows.
  struct `what the daemon keeps of an erasure` {
    @Test func `is as large for a hundred thousand rows as for ten`() async throws {
      var sizes: [Int] = []
      for rows in [5, 50_000] {
        let shop = try await Shop.make(ofTheFirst: rows)
        try await shop.with { site in
          let number = try await site.plan(for: "p1@example.org")
          try await site.approve(number)
          try await site.untilJobs(of: [number], "\(rows) orders and items are erased") { $0.allSatisfy(\.isSettled) }
          #expect(try await site.stopDaemon() == .exited(0))
          let erased = try PublishedEvidence(folder: site.path("evidence")).erasedRows(datasets: ["orders", "item"])
          #expect(erased == ["orders": rows, "item": rows])
          sizes.append(try site.storeBytes())
        }
      }
      print("bytes of journal, vault and keyring after 11 and 100,001 rows: \(sizes)")
      try #require(sizes.count == 2 && sizes[0] > 0)
      // Some pages of SQLite: numbers with more digits, and what happened to be checkpointed.
      #expect(abs(sizes[1] - sizes[0]) <= 16 * 4_096)
    }
  }
}

extension Installation {
  /// The bytes of journal, vault and keyring with their write-ahead logs.
  fileprivate func storeBytes() throws -> Int {
    try ["journal", "vault", "keyring"].flatMap { ["\($0).db", "\($0).db-wal"] }
      .reduce(0) { try $0 + bytes(of: "state/" + $1) }
  }
}
