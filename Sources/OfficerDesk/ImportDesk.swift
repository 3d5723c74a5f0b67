import ErasureDomain
import ErasurePlanning
import Journal
import OfficerAPI
import SubjectVault

// Many requests at once: all of a call's rows are good, or none is registered.
extension OfficerDesk {
  /// The longest id of a row.
  static let longestRowID = 64

  func importRequests(_ call: ImportRequests, _ caller: Caller) async throws -> ImportedRequests {
    guard caller.id != nil else { throw Refusal(.forbidden, "an operator registers nobody") }
    guard call.rows.count <= ImportRequests.mostRows else {
      throw Refusal(.invalid, "at most \(ImportRequests.mostRows) rows in one call")
    }
    var result = ImportedRequests()
    var known: [Int: RequestRecord] = [:]
    var seen: Set<String> = []
    for (index, row) in call.rows.enumerated() {
      var faults = faults(in: row)
      if faults.isEmpty, !seen.insert(row.id).inserted { faults = [("id", "another row has the same id")] }
      if faults.isEmpty, let record = try await imported(row) {
        known[index] = record
        if try await !isSame(row, as: record) {
          faults = [("id", "request \(record.number) was imported under this id with other identifiers")]
        }
      }
      result.faults += faults.map { ImportedRequests.Fault(row: index, column: $0.column, words: $0.words) }
    }
    result.known = known.values.map(\.number).sorted()
    guard result.faults.isEmpty, !call.dryRun else { return result }
    var fresh: [RequestReference: [SubjectIdentifier]] = [:]
    for (index, row) in call.rows.enumerated() where known[index] == nil {
      let reference = await reference(of: row)
      let request = try await register(row.request, as: reference, by: caller.id, linking: false)
      fresh[request] = row.request.identifiers
      result.registered.append(try await find(request.text).number)
    }
    await linkSamePerson(fresh)
    return result
  }

  /// The request that a row makes: always the same. Who lacks the vault's key cannot tell from it what the row's id was.
  private func reference(of row: ImportRequests.Row) async -> RequestReference {
    RequestReference(bytes: Array(vault.hmac(Array(row.id.utf8), purpose: "import/1").prefix(16)))
  }

  private func imported(_ row: ImportRequests.Row) async throws -> RequestRecord? {
    let reference = await reference(of: row)
    return try await journal.read { reader in try reader.request(reference) }
  }

  /// Whether the request that an earlier import made has all identifiers of the row; that cannot be seen any more once
  /// the vault has forgotten the person.
  private func isSame(_ row: ImportRequests.Row, as record: RequestRecord) async throws -> Bool {
    guard try await vault.contains(record.request) else { return true }
    let held = try await vault.get([SubjectIdentifier].self, .identifiers, of: record.request) ?? []
    let known = Set(held.map(IdentifierAcceptance.identity))
    return row.request.identifiers.allSatisfy { known.contains(IdentifierAcceptance.identity(of: $0)) }
  }

  /// Everything that is wrong with a row, by column.
  private func faults(in row: ImportRequests.Row) -> [(column: String, words: String)] {
    var faults: [(column: String, words: String)] = []
    func check(_ column: String, _ body: () throws -> Void) {
      do { try body() } catch { faults.append((column, Self.refusal(for: error).message)) }
    }
    let call = row.request
    if !Self.isRowID(row.id) {
      faults.append(
        ("id", "an id is a number of your own: letters, digits, `.`, `_` and `-`, at most \(Self.longestRowID)"))
    }
    check("channel") { _ = try Self.code(call.channel, "channel") }
    check("received") { _ = try receipt(call) }
    if call.capacities.isEmpty { faults.append(("capacity", "say in which capacity the person asks")) }
    for identifier in call.identifiers { check(identifier.kind.rawValue) { _ = try checked([identifier]) } }
    if call.identifiers.isEmpty || call.identifiers.count > Self.mostIdentifiers {
      check("identifiers") { _ = try checked(call.identifiers) }
    }
    check("requester") { try requireLawful(call) }
    for (column, text) in [("text", call.text), ("contact", call.contact)]
    where (text?.utf8.count ?? 0) > Self.largestText {
      faults.append((column, "the text is longer than \(Self.largestText) bytes"))
    }
    return faults
  }

  private static func isRowID(_ id: String) -> Bool {
    !id.isEmpty && id.utf8.count <= longestRowID
      && id.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
  }
}
