import ErasureDomain
import ErasurePlanning
import Journal
import Logging
import OfficerAPI
import SubjectVault

// What is learned about a request after its receipt: more identifiers, and other requests of the same person.
extension OfficerDesk {
  /// Of so many open requests, the newest, the identifiers are compared with those of a new one.
  static let mostCompared = 1_000

  func addIdentifiers(_ call: AddIdentifiers, _ caller: Caller) async throws -> RequestView {
    let record = try await find(call.request)
    let identifiers = try checked(call.identifiers)
    guard record.state == .received || record.state == .verified else {
      throw Refusal(
        .refused,
        "request \(record.number) is \(record.state.word): identifiers are added until a plan is approved; register "
          + "what was missed as a request of its own")
    }
    let given = try await vault.get([SubjectIdentifier].self, .identifiers, of: record.request) ?? []
    let fresh = identifiers.filter { !given.contains($0) }
    guard !fresh.isEmpty else { throw Refusal(.invalid, "the request has all of these already") }
    guard given.count + fresh.count <= Self.mostIdentifiers else {
      throw Refusal(.invalid, "at most \(Self.mostIdentifiers) identifiers; the request has \(given.count)")
    }
    // A found one that was declined is the person's own after all when somebody gives it.
    let declined = try await vault.get([SubjectIdentifier].self, .declined, of: record.request) ?? []
    try await withdrawProposal(of: record, by: caller)
    try await vault.put(given + fresh, as: .identifiers, of: record.request)
    try await vault.put(declined.filter { !fresh.contains($0) }, as: .declined, of: record.request)
    do {
      try await append(
        IdentifiersAdded(identifierKinds: Set(fresh.map(\.kind)).sorted()),
        about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    } catch {
      try await vault.put(given, as: .identifiers, of: record.request)
      try await vault.put(declined, as: .declined, of: record.request)
      throw error
    }
    await linkSamePerson([record.request: fresh])
    return try await view(of: call.request)
  }

  func link(_ call: LinkRequests, _ caller: Caller) async throws -> RequestView {
    let (first, second) = (try await find(call.request), try await find(call.other))
    guard first.request != second.request else { throw Refusal(.invalid, "name two different requests") }
    let (earlier, later) = first.number < second.number ? (first, second) : (second, first)
    guard later.linked?.contains(earlier.request) != true else {
      throw Refusal(.refused, "requests \(earlier.number) and \(later.number) are linked already")
    }
    guard later.state != .ended else {
      throw Refusal(.refused, "request \(later.number) has ended; nothing is written to it any more")
    }
    try await append(
      RequestLinked(other: earlier.request, seen: .officer), about: EntrySubject(request: later.request), by: caller.id,
      expecting: later.revision)
    return try await view(of: call.request)
  }

  /// Links new requests with open ones that have an identifier in common, those of the stop list left out.
  ///
  /// They are registered already, so what goes wrong here is logged and nothing else.
  func linkSamePerson(_ fresh: [RequestReference: [SubjectIdentifier]]) async {
    let values = Set(
      fresh.values.joined().filter { !settings.register.stopList.contains($0) }.map(IdentifierAcceptance.identity))
    guard !values.isEmpty else { return }
    do {
      let open = try await journal.read { reader in
        try reader.requests(.numbered, in: nil, from: nil, backwards: true, limit: Self.mostCompared)
      }.filter { [.received, .verified, .inErasure, .concluded].contains($0.state) }
      var holders: [SubjectIdentifier: [RequestRecord]] = [:]
      for record in open {
        guard try await vault.contains(record.request) else { continue }
        let held = try await vault.get([SubjectIdentifier].self, .identifiers, of: record.request) ?? []
        for value in Set(held.map(IdentifierAcceptance.identity)).intersection(values) {
          holders[value, default: []].append(record)
        }
      }
      for record in open {
        guard let identifiers = fresh[record.request] else { continue }
        let own = Set(identifiers.map(IdentifierAcceptance.identity)).intersection(values)
        // Of two new ones the later names the earlier.
        let others = Set(own.flatMap { holders[$0] ?? [] }).filter { other in
          other.request != record.request && record.linked?.contains(other.request) != true
            && (fresh[other.request] == nil || other.number < record.number)
        }
        guard !others.isEmpty else { continue }
        let drafts = try others.sorted { $0.number < $1.number }.map {
          try EntryDraft(
            RequestLinked(other: $0.request, seen: .sameIdentifier), about: EntrySubject(request: record.request))
        }
        try await journal.append(drafts, to: .request(record.request), expecting: record.revision)
      }
    } catch {
      logger.warning("open requests of the same person could not be looked for")
    }
  }

  /// Numbers of the requests that are linked with one.
  func linkedNumbers(of record: RequestRecord) async throws -> [Int] {
    let linked = record.linked ?? []
    return try await journal.read { reader in try linked.compactMap { try reader.request($0)?.number } }.sorted()
  }

  /// Who asks, checked before anything is stored.
  func requireLawful(_ call: AddRequest) throws {
    guard call.rights?.isEmpty != true else { throw Refusal(.invalid, "say which right the person invokes, or none") }
    guard let requester = call.requester else { return }
    guard SystemName.isName(requester.proof.rawValue) else {
      throw Refusal(.invalid, "the proof of authority is a code such as court-order or written-authority")
    }
    guard requester.isLawful else {
      throw Refusal(
        .invalid,
        "the person is younger than 16: the legal representative or guardian asks, and the answer goes to him "
          + "(UAVG art. 5)")
    }
  }
}
