public import ErasureDomain

/// The people of the organisation, their keys, and keys that they offered.
public struct ListPeople: OfficerCall {
  public typealias Answer = [PersonView]
  public static let name = "people.list"
  public init() {}
}

public struct PersonView: Codable, Hashable, Sendable {
  public var name: String
  public var person: PersonReference
  public var roles: [String]
  /// Type and fingerprint of each key in force.
  public var keys: [String]
  /// A line for `allowed_signers` that he offered and that is not there yet.
  public var offered: String?
  public init(name: String, person: PersonReference, roles: [String], keys: [String], offered: String?) {
    self.name = name
    self.person = person
    self.roles = roles
    self.keys = keys
    self.offered = offered
  }
}

/// A one-time link by which a person hands in his key on the officers' page.
public struct InvitePerson: OfficerCall {
  public typealias Answer = PersonInvited
  public static let name = "people.invite"
  /// The name in `people:`.
  public var person: String
  public init(person: String) { self.person = person }
}

public struct PersonInvited: Codable, Hashable, Sendable {
  public var person: String
  public var url: String
  public var until: UTCTime
  public init(person: String, url: String, until: UTCTime) {
    self.person = person
    self.url = url
    self.until = until
  }
}

/// Others may have had the keys of a person since a time: running plans that they signed stand still.
public struct DeclareCompromised: OfficerCall {
  public typealias Answer = CompromisedView
  public static let name = "people.compromised"
  public var person: String
  public var since: UTCTime
  public init(person: String, since: UTCTime) {
    self.person = person
    self.since = since
  }
}

public struct CompromisedView: Codable, Hashable, Sendable {
  public var person: String
  /// Fingerprints of keys that sign nothing more.
  public var keys: [String]
  public var since: UTCTime
  /// Requests whose plan stands still until another officer has confirmed it.
  public var requests: [Int]
  public init(person: String, keys: [String], since: UTCTime, requests: [Int]) {
    self.person = person
    self.keys = keys
    self.since = since
    self.requests = requests
  }
}
