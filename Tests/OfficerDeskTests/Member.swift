import ErasureDomain
import OfficerAPI
import OfficerDesk

/// The people of the scene, each with a Unix user of his own.
enum Member: String, CaseIterable, Sendable {
  /// A clerk.
  case anna
  /// An officer.
  case bram
  /// Another officer.
  case chris
  /// Owns systems.
  case dora
  /// An auditor.
  case erik
  /// An operator: known by his Unix group alone.
  case fred
  /// An officer whose principal is listed with the key of Chris.
  case hugo
  /// An officer whose key ended last year.
  case ivo
  /// A data protection officer, who signs beside others.
  case carl
  /// In no configuration.
  case nobody

  static let operators: UInt32 = 900

  var userID: UInt32 { UInt32(1_001 + (Member.allCases.firstIndex(of: self) ?? 0)) }
  var id: PersonReference { PersonReference(bytes: [UInt8](repeating: UInt8(userID - 1_000), count: 16)) }
  var principal: String { rawValue + "@example.nl" }

  var roles: Set<Role> {
    switch self {
    case .anna: [.clerk]
    case .bram, .chris, .hugo, .ivo: [.officer]
    case .dora: [.systemOwner]
    case .erik: [.auditor]
    case .fred: [.operator]
    case .carl: [.coSigner]
    case .nobody: []
    }
  }

  /// What the kernel says of him at the socket.
  var peer: PeerCredentials {
    PeerCredentials(
      processID: 1, userID: userID, groupID: 100, groups: self == .fred ? [100, Self.operators] : [100])
  }

  var person: Person {
    var principals: Set<String> = [principal]
    if self == .bram { principals.formUnion(["rita@example.nl", "tasks@example.nl"]) }
    return Person(
      name: rawValue, id: id, roles: roles, userIDs: [userID], principals: principals,
      owns: self == .dora ? [DeskSystems.crm, DeskSystems.office] : [])
  }

  /// Everybody but the operator, who is in a group, and nobody.
  static let people = People(
    persons: allCases.filter { $0 != .fred && $0 != .nobody }.map(\.person), operatorGroups: [operators])

  /// The `allowed_signers` of the scene.
  static func signers(_ keys: DeskKeys) throws -> String {
    let both = "namespaces=\"erasure-approval@expunged,erasure-attestation@expunged,erasure-configuration@expunged\""
    var lines: [String] = []
    for (name, key) in [
      ("anna", DeskKeys.Key.anna), ("bram", .bram), ("chris", .chris), ("dora", .dora), ("erik", .erik),
      ("gina", .gina), ("hugo", .chris), ("rita", .rita),
    ] {
      lines.append("\(name)@example.nl \(both) \(try keys.line(key))")
    }
    lines.append("tasks@example.nl namespaces=\"erasure-attestation@expunged\" \(try keys.line(.bram))")
    lines.append("ivo@example.nl \(both),valid-before=\"20260101Z\" \(try keys.line(.stranger))")
    return lines.joined(separator: "\n") + "\n"
  }
}
