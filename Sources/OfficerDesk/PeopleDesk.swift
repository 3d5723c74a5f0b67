public import ErasureDomain
public import EvidenceLog
import Journal
import Logging
import OfficerAPI

// People, their keys, and the one-time links by which they hand one in.
extension OfficerDesk {
  /// Whom a link invites.
  public struct Invited: Hashable, Sendable {
    public let name: String
    public let person: PersonReference
    public let roles: Set<Role>
    /// The name under which he signs.
    public let principal: String
    public let until: UTCTime
  }

  /// What became of a key that somebody handed in.
  public struct OfferedKey: Hashable, Sendable {
    /// The line for `allowed_signers`.
    public let line: String
    /// It is in `allowed_signers` and counts; otherwise two officers must sign that change.
    public let isInForce: Bool
  }

  // MARK: Calls

  func invite(_ call: InvitePerson, _ caller: Caller) async throws -> PersonInvited {
    guard let url = settings.pageURL else {
      throw Refusal(
        .refused,
        "there is no page on which somebody could hand in a key: write page: with its url into the configuration")
    }
    guard room != nil else { throw Refusal(.unavailable, "this daemon keeps no folder for offered keys") }
    guard let person = settings.people.persons.first(where: { $0.name == call.person }) else {
      let known = settings.people.persons.map(\.name).sorted().joined(separator: ", ")
      throw Refusal(.notFound, "nobody of people: has that name; there are \(known)")
    }
    let made = invitations.add(person.id, at: clock.now(), using: random)
    let page = url.hasSuffix("/") ? String(url.dropLast()) : url
    return PersonInvited(person: person.name, url: "\(page)/invite/\(made.token)", until: made.until)
  }

  func listPeople() async throws -> [PersonView] {
    let listed = try AllowedSigners(parsing: try await signersInForce()).signers
    return settings.people.persons.map { person in
      let own = listed.filter { signer in signer.principals.contains { settings.people.signer($0)?.id == person.id } }
      let offered = room?.offered(by: person.id)
      return PersonView(
        name: person.name, person: person.id, roles: person.roles.map(\.rawValue).sorted(),
        keys: own.map { "\($0.key)" },
        offered: offered.flatMap { line in own.contains { line.hasSuffix($0.key.text) } ? nil : line })
    }
  }

  // MARK: For the page

  /// Whom a token invites; nil for one that was used, has ended, or never was.
  public func invitation(_ token: String) -> Invited? {
    guard let invitation = invitations.find(token, at: clock.now()),
      let person = settings.people.persons.first(where: { $0.id == invitation.person })
    else { return nil }
    return Invited(
      name: person.name, person: person.id, roles: person.roles, principal: person.firstPrincipal,
      until: invitation.until)
  }

  /// Takes the key of who holds the link, once: the line for `allowed_signers` is kept until it is there.
  ///
  /// In practice mode it goes there at once. Throws a `Refusal`; then the link still counts.
  public func accept(_ token: String, key: SSHPublicKey) async throws -> OfferedKey {
    guard let invitation = invitations.take(token, at: clock.now()) else {
      throw Refusal(
        .notFound, "this link was used already, has ended, or was made before the daemon started; ask for another")
    }
    do {
      return try await accept(key, of: invitation.person)
    } catch {
      invitations.restore(token, invitation)
      throw Self.refusal(for: error)
    }
  }

  private func accept(_ key: SSHPublicKey, of id: PersonReference) async throws -> OfferedKey {
    guard let room, let person = settings.people.persons.first(where: { $0.id == id }) else {
      throw Refusal(.notFound, "who was invited is nobody of people: any more")
    }
    let listed = try AllowedSigners(parsing: try await signersInForce()).signers
    let others = listed.filter { signer in
      signer.key == key && !signer.principals.contains { settings.people.signer($0)?.id == id }
    }
    let offered = settings.people.persons.contains { other in
      other.id != id && room.offered(by: other.id)?.hasSuffix(key.text) == true
    }
    guard others.isEmpty, !offered else {
      throw Refusal(.refused, "this key is somebody else's already; everybody signs with a key of his own")
    }
    let namespaces = person.namespaces.joined(separator: ",")
    let line = "\(person.firstPrincipal) namespaces=\"\(namespaces)\" \(key.text)"
    // What is handed out must read in the file that it is for.
    do { _ = try AllowedSigners(parsing: Array((line + "\n").utf8)) } catch {
      throw Refusal(.refused, "the name under which \(person.name) signs cannot stand in allowed_signers: \(error)")
    }
    if settings.practice, let listSigner {
      do {
        try listSigner(line)
        _ = try await signersInForce(recording: true)
        return OfferedKey(line: line, isInForce: true)
      } catch {
        logger.warning("allowed_signers cannot be written: a key waits on the list of people")
      }
    }
    try room.offer(line, by: id)
    return OfferedKey(line: line, isInForce: false)
  }
}

extension Person {
  /// The name under which he signs: his own where `signs-as` says nothing.
  public var firstPrincipal: String { principals.min() ?? name }

  /// What his key is for, by his roles.
  public var namespaces: [String] {
    var purposes = [SignatureNamespace.login]
    if roles.contains(.officer) { purposes.append(SignatureNamespace.approval) }
    if !roles.isDisjoint(with: [.officer, .systemOwner]) { purposes.append(SignatureNamespace.attestation) }
    if roles.contains(.officer) { purposes.append(SignatureNamespace.configuration) }
    return purposes
  }
}
