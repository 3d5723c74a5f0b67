import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import Postgres
import PostgresTestKit
import TestKit
import Testing

/// "Rewritten on disk" and "gone from the write-ahead log" are said when they were checked, and the bytes agree.
@Suite(.timeLimit(.minutes(15))) struct PostgresRewriteTests {
  private typealias Scene = PostgresRewriteScene

  @Test func withoutTheSettingNothingIsSaidAndTheFilesKeepTheContent() async throws {
    let scene = try await Scene.make()
    let connector = try scene.world.connector(Scene.datasets)
    #expect(try await scene.proof(connector) == nil)
    #expect(try await scene.traces() == ["base", "pg_wal"])
  }

  @Test func rewrittenMeansThatNoFileOfTheDatabaseHasTheContent() async throws {
    let scene = try await Scene.make()
    let before = try await scene.world.database.dump()
    #expect(try await scene.isInStatistics())
    #expect(try await scene.proof(try scene.connector()) == StorageProof(.rewritten))
    #expect(try await !scene.isInStatistics())
    // The log has it still, and that is not denied.
    #expect(try await scene.traces() == ["pg_wal"])
    let after = try await scene.world.database.dump()
    #expect(after["public.person"] == before["public.person"]?.filter { !$0.contains(Scene.canary) })
    #expect(after["public.letter"] == before["public.letter"]?.filter { !$0.contains(Scene.canary) })
  }

  @Test func goneFromTheLogMeansThatNoFileOfTheServerHasTheContent() async throws {
    let scene = try await Scene.make(settings: [("wal_recycle", "off")])
    let superuser = try await scene.server.newRole("LOGIN SUPERUSER")
    scene.world.secrets.set("shop-rewrite", scene.world.connectionString(superuser))
    #expect(try await scene.proof(try scene.connector(logs: true)) == StorageProof(.goneFromLogs))
    #expect(try await scene.traces().isEmpty)
  }

  @Test(arguments: [
    ("ALTER SYSTEM SET wal_recycle = on", "log-is-recycled"),
    ("SELECT pg_create_physical_replication_slot('copy', true)", "log-is-sent"),
    ("ALTER SYSTEM SET wal_keep_size = '1GB'", "log-is-kept"),
  ])
  func aLogThatMayBeElsewhereIsNotSaidToBeGone(_ setting: String, _ reason: String) async throws {
    let scene = try await Scene.make(settings: [("wal_recycle", "off")])
    let superuser = try await scene.server.newRole("LOGIN SUPERUSER")
    scene.world.secrets.set("shop-rewrite", scene.world.connectionString(superuser))
    try await scene.world.run("\(setting); SELECT pg_reload_conf();")
    let proof = try await scene.proof(try scene.connector(logs: true))
    #expect(proof == StorageProof(.rewritten, because: FailureCode(reason)))
    #expect(try await scene.traces() == ["pg_wal"])
  }

  @Test func anArchivedLogOneThatAStandbyGetsAndOneThatMayNotBeSeenAreNotSaidToBeGone() async throws {
    let scene = try await Scene.make(settings: [("archive_mode", "on"), ("archive_command", "true")])
    let superuser = try await scene.server.newRole("LOGIN SUPERUSER")
    scene.world.secrets.set("shop-rewrite", scene.world.connectionString(superuser))
    let archived = try await scene.proof(try scene.connector(logs: true))
    #expect(archived == StorageProof(.rewritten, because: FailureCode("log-is-archived")))

    let other = try await Scene.make()
    other.world.secrets.set("standby", other.world.connectionString(other.world.looker))
    let order = try await other.world.approved(try other.connector(), Scene.person)
    let effects = try await other.world.erases(try other.connector(), order)
    let sent = try await other.connector(logs: true, replicas: ["standby"]).rewrite(order, effects)
    #expect(sent == StorageProof(.rewritten, because: FailureCode("log-is-sent")))
    try await other.world.run("ALTER SYSTEM SET wal_recycle = off; SELECT pg_reload_conf();")
    let unseen = try await other.connector(logs: true).rewrite(order, effects)
    #expect(unseen == StorageProof(.rewritten, because: FailureCode("missing-privilege")))
  }

  // MARK: What stands in the way

  private func removed(_ reason: String) -> StorageProof { StorageProof(.removed, because: FailureCode(reason)) }

  @Test func aTableThatSomebodyHoldsIsLeftAndSaidToBe() async throws {
    let scene = try await Scene.make()
    let other = try await PostgresConnection.open(scene.world.database.target())
    _ = try await other.perform { session in
      try session.execute("BEGIN")
      return try session.execute("LOCK TABLE letter IN ROW EXCLUSIVE MODE")
    }
    #expect(try await scene.proof(try scene.connector()) == removed("lock-timeout"))
    await other.close()
    #expect(try await scene.traces() == ["base", "pg_wal"])
  }

  /// `VACUUM FULL` would copy the deleted row for whoever can still see it, into files with new numbers.
  @Test func whoStillSeesTheRowsKeepsThemFromBeingRewritten() async throws {
    let scene = try await Scene.make()
    let other = try await PostgresConnection.open(scene.world.database.target())
    let seen = try await other.perform { session in
      try session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
      return try session.rows("SELECT 1").count
    }
    #expect(seen == 1)
    #expect(try await scene.proof(try scene.connector()) == removed("old-snapshot"))
    let still = try await other.perform { session in
      try session.rows("SELECT count(*) FROM person WHERE email = '\(Scene.canary)'").first?.first
    }
    #expect(still == "1")
    await other.close()
    #expect(try await scene.traces() == ["base", "pg_wal"])
  }

  @Test func aTableOfAnotherOwnerALargeOneAndStatisticsThatStayAreNotSaidToBeRewritten() async throws {
    let scene = try await Scene.make()
    #expect(try await scene.proof(try scene.connector(largest: 1)) == removed("too-large"))
    #expect(try await scene.traces() == ["base", "pg_wal"])

    let foreign = try await Scene.make()
    try await foreign.world.run("ALTER TABLE letter OWNER TO CURRENT_USER; GRANT SELECT ON letter TO PUBLIC")
    try await foreign.world.run("ALTER DATABASE \(foreign.world.database.name) OWNER TO CURRENT_USER")
    #expect(try await foreign.proof(try foreign.connector()) == removed("not-rewritten"))
    #expect(try await foreign.traces() == ["base", "pg_wal"])

    // ANALYZE finds no row and leaves what it knew.
    let alone = try await Scene.make()
    try await alone.world.run("DELETE FROM letter WHERE person_id > 0; DELETE FROM person WHERE id > 0")
    #expect(try await alone.proof(try alone.connector()) == removed("statistics-kept"))
    #expect(try await alone.isInStatistics())
  }

  @Test func aLoginThatFailsIsNoFailureOfTheErasure() async throws {
    let scene = try await Scene.make()
    scene.world.secrets.set("shop-rewrite", "host=127.0.0.1 port=1 dbname=x user=y")
    #expect(try await scene.proof(try scene.connector()) == removed("cannot-connect"))
  }

  @Test func nothingIsRewrittenWhereNothingWent() async throws {
    let scene = try await Scene.make()
    let connector = try scene.connector()
    let order = try await scene.world.approved(connector, Scene.person)
    let nothing = [EffectCount(dataset: "person", approved: 1, found: 0, erased: 0)]
    #expect(try await connector.rewrite(order, nothing) == nil)
  }

  @Test func thePlanSaysItAndTheSettingsNeedHours() async throws {
    let scene = try await Scene.make()
    let found = try await scene.connector().locate(scene.world.search(Scene.person))
    #expect(found.sideEffects.contains { $0.contains("VACUUM FULL") && $0.contains("01:00 to 05:00") })
    let statements = try await scene.connector(logs: true).statements(deadline: .distantFuture)
    for statement in [
      #"VACUUM (FULL, ANALYZE) "public"."letter";"#, "VACUUM (FULL) pg_catalog.pg_statistic;", "CHECKPOINT;",
    ] {
      #expect(statements.contains(statement + "\n"))
    }
    let plain = try scene.world.connector(Scene.datasets)
    #expect(try await !plain.statements(deadline: .distantFuture).contains("VACUUM"))
    #expect(try await !plain.locate(scene.world.search(Scene.person)).sideEffects.contains { $0.contains("VACUUM") })
    let settings = PostgresSettings(
      look: "shop-look", erase: "shop-erase", rewrite: .init(credential: "shop-rewrite", largest: 1))
    #expect(throws: SettingsProblem.self) {
      try PostgresConnector(settings: settings, context: scene.world.context(Scene.datasets))
    }
    for wrong in [
      PostgresSettings.Rewrite(credential: "shop-erase", largest: 1), .init(credential: "shop-rewrite", largest: 0),
    ] {
      #expect(throws: SettingsProblem.self) {
        try PostgresConnector(
          settings: PostgresSettings(look: "shop-look", erase: "shop-erase", rewrite: wrong),
          context: scene.world.context(Scene.datasets, hours: Scene.hours))
      }
    }
  }
}
