import ConnectorKit
import ErasureDomain

/// Copies that a program of the customer's knows: of any tool, of tapes, of paper in a vault.
struct CommandStore: BackupStore {
  let program: BackupProgram
  let systems: [SystemName]

  let path = FailureCode("command-list-copies")

  init(program: BackupProgram, systems: [SystemName]) {
    self.program = program
    self.systems = systems
  }

  func listing(_ query: BackupQuery) async throws(ConnectorFailure) -> BackupListing {
    BackupListing(sets: Self.sets(try await copies(query)))
  }

  func tag(_ query: BackupQuery, _ choose: @escaping Choice) async throws(ConnectorFailure) -> CivilDate? {
    let before = try await copies(query).copies
    let tagging = try choose(before.enumerated().map { $1.set(at: $0) })
    var marks = tagging.changes.sorted { $0.key < $1.key }.map { place, tags in
      CommandMessages.Expire.Copy(
        id: before[place].id, expires: tags.expires?.description ?? "", request: query.request)
    }[...]
    guard !marks.isEmpty else { return tagging.latest }
    while !marks.isEmpty {
      let part = marks.prefix(CommandMessages.copiesInCall)
      marks = marks.dropFirst(part.count)
      let output = try await run(
        CommandMessages.bytes(CommandMessages.Expire(copies: Array(part))), query.deadline, changes: true)
      _ = try Self.read(CommandMessages.Done.self, output)
    }
    let after = try await copies(query).copies
    for (place, tags) in tagging.changes {
      let isThere = after.contains {
        $0.id == before[place].id && $0.expires == tags.expires && $0.requests.contains(query.request)
      }
      guard isThere else { throw .transient(FailureCode("tag-not-seen"), retryAfterSeconds: nil) }
    }
    return tagging.latest
  }

  func remains(_ query: BackupQuery) async throws(ConnectorFailure) -> FailureCode? {
    try await copies(query).remains.map { FailureCode($0) }
  }

  // MARK: Program

  private static func sets(_ answer: CommandMessages.Copies) -> [BackupSet] {
    answer.copies.enumerated().map { $1.set(at: $0) }
  }

  private func copies(_ query: BackupQuery) async throws(ConnectorFailure) -> CommandMessages.Copies {
    let message = CommandMessages.ListCopies(
      systems: systems.map(\.description).sorted(), startedBy: query.startedBy.description)
    return try Self.read(
      CommandMessages.Copies.self, try await run(CommandMessages.bytes(message), query.deadline, changes: false))
  }

  private static func read<Answer: Decodable>(
    _ type: Answer.Type, _ bytes: [UInt8]
  ) throws(ConnectorFailure) -> Answer {
    do {
      return try CommandMessages.read(type, bytes)
    } catch {
      throw BackupProgram.question("listing-unreadable")
    }
  }

  /// Every status but 0 and "later" is for a person.
  private func run(
    _ input: [UInt8], _ deadline: UTCTime, changes: Bool
  ) async throws(ConnectorFailure) -> [UInt8] {
    try await program.run(
      [], input: input, asking: Set(1...255).subtracting([CommandMessages.laterStatus]), deadline: deadline,
      changes: changes)
  }
}
