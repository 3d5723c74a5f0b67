public import ErasureDomain

/// Puts the addresses of an open request on the list of who must not be contacted for marketing.
public struct AddDoNotContact: OfficerCall {
  public typealias Answer = Done
  public static let name = "do-not-contact.add"
  public var request: String
  public init(request: String) { self.request = request }
}

/// Compares addresses with the list.
public struct CheckDoNotContact: OfficerCall {
  public typealias Answer = DoNotContactAnswer
  public static let name = "do-not-contact.check"
  /// The most addresses in one call.
  public static let mostRows = 1_000
  /// `email`, `phone` or `postal`.
  public var field: String
  public var values: [String]
  public init(field: String, values: [String]) {
    self.field = field
    self.values = values
  }
}

public struct DoNotContactAnswer: Codable, Hashable, Sendable {
  /// Places in `values`, from 0, of those that must not be contacted.
  public var hits: [Int]
  /// Places of values that are no address of that kind, and so were compared with nothing.
  public var unreadable: [Int]
  public init(hits: [Int], unreadable: [Int]) {
    self.hits = hits
    self.unreadable = unreadable
  }
}

/// The addresses of an open request in the clear, for a tool that keeps a list of its own. Kept nowhere.
public struct ExportDoNotContact: OfficerCall {
  public typealias Answer = DoNotContactAddresses
  public static let name = "do-not-contact.export"
  public var request: String
  public init(request: String) { self.request = request }
}

public struct DoNotContactAddresses: Codable, Hashable, Sendable {
  public var addresses: [SubjectIdentifier]
  public init(addresses: [SubjectIdentifier]) { self.addresses = addresses }
}

/// Takes an address off the list: the person consents again.
public struct RemoveDoNotContact: OfficerCall {
  public typealias Answer = Done
  public static let name = "do-not-contact.remove"
  public var field: String
  public var value: String
  /// A code, such as `consented-again`.
  public var reason: String
  public init(field: String, value: String, reason: String) {
    self.field = field
    self.value = value
    self.reason = reason
  }
}
