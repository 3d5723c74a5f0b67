import ConnectorKit
import ErasureDomain
import Journal
import OfficerAPI

// Whether the person can be identified at all (Art. 11 and 12(2) GDPR).
extension OfficerDesk {
  /// The ground of a refusal that says so; it needs a search that was made for the request.
  static let cannotIdentify = "cannot-identify"

  /// Nobody is searched for without need: a doubt was recorded before, or identity is established.
  func look(_ call: LookForPerson, _ caller: Caller) async throws -> PersonLooked {
    let record = try await find(call.request)
    guard record.state == .verified || (record.state == .received && record.identityAsked != nil) else {
      let hint =
        record.state == .received
        ? "; record the doubt first with expunge request ask-identity \(record.number)" : " and is searched no more"
      throw Refusal(.refused, "request \(record.number) is \(record.state.word)\(hint)")
    }
    let result = try await search(record)
    try await append(
      LookupMade(systems: result.findings.count, purpose: "identify"), about: EntrySubject(request: record.request),
      by: caller.id, expecting: record.revision)
    return PersonLooked(
      number: record.number,
      systems: result.findings.sorted { $0.key < $1.key }.map {
        PersonLooked.System(system: $0.key, records: $0.value.roots.count)
      })
  }

  func requireSearch(before ground: String, _ record: RequestRecord) async throws {
    guard ground == Self.cannotIdentify else { return }
    let looks = try await journal.read { reader in
      try reader.entries(of: record.request, kinds: [LookupMade.kind])
    }
    guard !looks.isEmpty else {
      throw Refusal(
        .refused,
        "that somebody cannot be identified is shown by a search: make one with expunge request look \(record.number), "
          + "or refuse on another ground")
    }
  }
}
