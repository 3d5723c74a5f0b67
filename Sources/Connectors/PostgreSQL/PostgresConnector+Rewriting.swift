public import ConnectorKit
public import ErasureDomain
import Postgres

extension PostgresConnector: Rewriting {
  public func rewrite(
    _ order: ErasureOrder, _ effects: [EffectCount]
  ) async throws(ConnectorFailure) -> StorageProof? {
    guard let rewrite = settings.rewrite else { return nil }
    let datasets = effects.filter { $0.erased + $0.reduced + ($0.anonymised ?? 0) + ($0.minimised ?? 0) > 0 }
      .map(\.dataset)
    guard !datasets.isEmpty else { return nil }
    do {
      try checkDeadline(order.callDeadline)
      return try await database.withConnection(
        rewrite.credential, application: "expunged/\(order.job)", deadline: order.callDeadline, purpose: .rewrite
      ) { connection in
        let rewriting = PostgresRewrite(
          connection: connection, record: context.record, datasets: Set(datasets), largest: rewrite.largest)
        try await rewriting.run()
        guard rewrite.logs else { return StorageProof(.rewritten) }
        return try await emptyLog(connection)
      }
    } catch {
      return StorageProof(.removed, because: try Self.reason(error))
    }
  }

  /// The files are rewritten by now: what goes wrong from here on takes nothing of that back.
  private func emptyLog(_ connection: PostgresConnection) async throws(ConnectorFailure) -> StorageProof {
    do {
      guard settings.replicas?.isEmpty != false else { throw ConnectorFailure.settle("log-is-sent") }
      try await PostgresLog(connection: connection).empty()
      return StorageProof(.goneFromLogs)
    } catch {
      return StorageProof(.rewritten, because: try Self.reason(error))
    }
  }

  private static func reason(_ error: any Error) throws(ConnectorFailure) -> FailureCode {
    switch ConnectorFailure(postgres: error) {
    case .transient(let code, _), .permanent(let code), .outcomeUnknown(let code): return code
    case .needsOfficer(let question): return question.detail ?? FailureCode(question.code.rawValue)
    case .interrupted: throw .interrupted
    }
  }

  /// What everybody who uses the tables will notice; for the plan.
  func rewritingNotes(_ findings: [DatasetCount]) -> [String] {
    guard let rewrite = settings.rewrite, let hours = context.record.hours else { return [] }
    let going = Set(findings.filter { $0.going + ($0.minimised ?? 0) > 0 }.map(\.dataset))
    let tables = context.record.datasets.filter { going.contains($0.name) }.map(\.table)
    guard !tables.isEmpty else { return [] }
    return [
      "After the erasure, within \(hours), \(DatabaseName.list(tables)) is written anew (VACUUM FULL): nobody can read "
        + "or write a table meanwhile. One larger than \(rewrite.largest) MB, or one that somebody holds, is left as it is."
    ]
  }
}
