import ConnectorKit
import ErasureDomain

/// The statements of a system in the order in which they are sent, written down while nothing runs.
struct PostgresRehearsal {
  let layout: DatabaseLayout
  let context: ConnectorContext
  let settings: PostgresSettings

  /// What is asked of the server's catalogue, which everybody may read.
  func schema() throws -> [SQL] {
    let tables = layout.datasets.map(\.record.table)
    return try recorded { _ = try PostgresCatalogue(session: $0, named: tables).read() }
  }

  /// What is done, and the statements for it.
  func sections() throws -> [(title: String, statements: [SQL])] {
    [
      ("Looking (READ ONLY, REPEATABLE READ)", try recorded(looking)),
      ("What an approver sees (READ ONLY)", try recorded(reviewing)),
      ("Erasing (one transaction, REPEATABLE READ)", try recorded(erasing)),
      ("Verifying (READ ONLY), besides looking once more", try recorded(verifying)),
    ]
  }

  private func recorded(_ work: (RehearsalSession) throws -> Void) throws -> [SQL] {
    let session = RehearsalSession()
    try work(session)
    return session.statements
  }

  private var identifiers: [SubjectIdentifier] {
    var kinds: [IdentifierKind] = []
    for find in layout.datasets.flatMap(\.record.find) where !kinds.contains(find.kind) { kinds.append(find.kind) }
    return kinds.map { SubjectIdentifier(kind: $0, value: $0 == .email ? "nobody@example.invalid" : "1") }
  }

  private func looking(_ session: RehearsalSession) throws {
    let selection = try DatabaseSelection(rehearsing: layout, context, session, for: .look, identifiers)
    _ = try selection.counts()
    _ = try selection.obstacles()
    _ = try DatabaseBlockers(selection).run()
    _ = try selection.yields(besides: [])
    _ = try PostgresNotes(selection: selection, identifiers: identifiers).sentences()
  }

  private func reviewing(_ session: RehearsalSession) throws {
    let selection = try DatabaseSelection(
      rehearsing: layout, context, RehearsalSession(), for: .look, identifiers)
    let review = DatabaseReview(session: session, layout: layout)
    for root in selection.roots() { _ = try review.record(root) }
  }

  private func erasing(_ session: RehearsalSession) throws {
    var selection = try DatabaseSelection(rehearsing: layout, context, session, for: .erase, identifiers)
    _ = try selection.obstacles()
    _ = try DatabaseBlockers(selection).run()
    if let limit = settings.rowsPerTransaction {
      for dataset in layout.deletionOrder where selection.isDirect(dataset) {
        let condition = selection.directCondition(dataset, "t")
        _ = try session.execute(layout.dialect.deletePart(of: dataset.table, where: condition, limit: limit))
      }
    }
    try DatabaseErasure.rehearse(&selection)
  }

  private func verifying(_ session: RehearsalSession) throws {
    let selection = try DatabaseSelection(
      rehearsing: layout, context, RehearsalSession(), for: .look, identifiers)
    let reference = { (byte: UInt8) in [UInt8](repeating: byte, count: 16) }
    let order = ErasureOrder(
      request: RequestReference(bytes: reference(0)), job: JobReference(bytes: reference(0)),
      system: layout.system.system, verb: .erase, ground: .consentWithdrawn, receivedOn: context.clock.today,
      identifiers: identifiers, roots: selection.roots(), leftOut: [], approved: [], margin: .standard, followUps: [],
      deadline: .distantFuture, callDeadline: .distantFuture, idempotencyKey: "", prepared: nil, blind: "",
      remembered: [:], kept: nil, erasedBy: nil)
    let look = DatabaseCounterLook(session: session, layout: layout, order: order)
    for dataset in layout.datasets where dataset.record.isRoot { _ = try look.records(of: dataset) }
  }
}
