import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import OfficerAPI
import SubjectVault

/// An identifier that waits for an officer's decision. In the vault only.
struct Undecided: Hashable, Sendable, Codable {
  var ordinal: Int
  var system: SystemName
  var identifier: SubjectIdentifier
  var reason: String
}

extension VaultItem {
  static let undecided = VaultItem(rawValue: "undecided")
  static let declined = VaultItem(rawValue: "declined")
  static func attestationNonce(_ job: JobReference) -> VaultItem { VaultItem(rawValue: "attestation/\(job)") }
}

/// What the search rounds over all systems gave.
struct SearchResult: Sendable {
  var identifiers: [SubjectIdentifier]
  var findings: [SystemName: Findings] = [:]
  var times: [SystemName: UTCTime] = [:]
  var undecided: [Undecided] = []
}

/// Searches the request's systems in rounds: what one system yields, the others are searched with, by the rule for
/// found identifiers. Changes nothing outside.
extension OfficerDesk {
  static let mostRounds = IdentifierAcceptance.hopLimit + 2
  static let searchSeconds: Int64 = 120

  func search(_ record: RequestRecord) async throws -> SearchResult {
    let request = record.request
    let given = try await vault.get([SubjectIdentifier].self, .identifiers, of: request) ?? []
    let declined = try await vault.get([SubjectIdentifier].self, .declined, of: request) ?? []
    var result = SearchResult(identifiers: given)
    let searched = systems.records.filter { system in
      if let again = record.received.again { return system.system == again.system }
      return system.role.isSearched && !Set(system.subjects).isDisjoint(with: record.received.capacities)
    }
    for round in 1...Self.mostRounds {
      var fresh: [SubjectIdentifier] = []
      result.undecided = []
      for system in searched {
        let identifiers = result.identifiers
        let findings = try await leaveOutRejected(in: system, of: record) {
          try await locate(system, identifiers, of: request)
        }
        result.findings[system.system] = findings
        result.times[system.system] = clock.now()
        for found in findings.yields where !declined.contains(found.identifier) {
          let known = result.identifiers + fresh
          switch IdentifierAcceptance.decide(
            found, hops: round, known: known, stopList: settings.register.stopList)
          {
          case .known, .stopped: continue
          case .accepted: fresh.append(found.identifier)
          case .ask(let reason):
            if result.undecided.contains(where: { $0.identifier == found.identifier }) { continue }
            result.undecided.append(
              Undecided(
                ordinal: result.undecided.count + 1, system: system.system, identifier: found.identifier,
                reason: reason.rawValue))
          }
        }
      }
      if fresh.isEmpty { break }
      result.identifiers += fresh
    }
    return result
  }

  func locate(
    _ system: SystemRecord, _ identifiers: [SubjectIdentifier], of request: RequestReference
  ) async throws -> Findings {
    let leftOut = try await vault.get([LeftOutRecord].self, .leftOut(system.system), of: request) ?? []
    let spared = try await vault.get([CaseRecord].self, .caseRecords, of: request) ?? []
    let order = SearchOrder(
      system: system.system, identifiers: identifiers, leftOut: leftOut.map(\.root), spared: spared,
      deadline: clock.now().adding(seconds: Self.searchSeconds))
    do {
      return try await systems.connector(system.system).locate(order)
    } catch {
      throw Refusal(
        .unavailable, "system \"\(system.system)\" could not be searched, so no plan is made: \(Self.words(for: error))"
      )
    }
  }
}
