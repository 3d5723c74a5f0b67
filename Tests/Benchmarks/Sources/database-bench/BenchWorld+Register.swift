import ConnectorKit
import ErasureDomain

extension BenchWorld {
  static var system: SystemName {
    guard let name = SystemName("bench") else { preconditionFailure("bench is a name") }
    return name
  }

  private static func dataset(_ name: String, table: String, parent: String? = nil, column: String = "")
    -> DatasetRecord
  {
    DatasetRecord(
      name: name, table: table, find: parent == nil ? [IdentifiedColumn(kind: .email, column: "email")] : [],
      suffices: parent == nil ? [.email] : [], yields: [], review: [],
      belongsTo: parent.map { [Belonging(dataset: $0, columns: [Belonging.Pair(child: column, parent: "id")])] } ?? [],
      treatment: .delete)
  }

  static func context(secrets: any SecretSource) -> ConnectorContext {
    let record = SystemRecord(
      system: system, title: "Benchmark", role: .own, owner: "nobody", subjects: [.customer], connector: "postgresql",
      settings: .object([:]), identifiers: [],
      datasets: [
        dataset("customer", table: "customer"),
        dataset("address", table: "address", parent: "customer", column: "customer_id"),
        dataset("session", table: "session", parent: "customer", column: "customer_id"),
        dataset("orders", table: "orders", parent: "customer", column: "customer_id"),
        dataset("item", table: "order_item", parent: "orders", column: "order_id"),
      ], blockers: [], copies: [], concurrency: 1)
    return ConnectorContext(
      record: record, retention: [:], clock: StandingClock(), random: NoRandom(), folder: "/", copiesOf: [],
      secrets: secrets)
  }

  static func order(_ person: [SubjectIdentifier], _ found: Findings) -> ErasureOrder {
    ErasureOrder(
      request: RequestReference(bytes: [UInt8](repeating: 1, count: 16)),
      job: JobReference(bytes: [UInt8](repeating: 2, count: 16)), system: system, verb: .erase,
      ground: .consentWithdrawn, receivedOn: CivilDate(daysSince1970: 20_500), identifiers: person, roots: found.roots,
      leftOut: [], approved: found.counts, margin: .standard, followUps: [], deadline: .distantFuture,
      callDeadline: .distantFuture, idempotencyKey: "bench", prepared: nil, blind: "", remembered: [:], kept: nil,
      erasedBy: nil)
  }
}
