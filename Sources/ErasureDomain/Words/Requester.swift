/// A right of the person under chapter III GDPR; a request may invoke several at once.
public enum DataRight: String, Hashable, Sendable, Codable, CaseIterable {
  /// Art. 17.
  case erasure
  /// Art. 15.
  case access
  /// Art. 20.
  case portability
  /// Art. 21.
  case objection
  /// Art. 18.
  case restriction
}

/// The language in which the person is written to.
public enum PersonLanguage: String, Hashable, Sendable, Codable, CaseIterable {
  /// Dutch.
  case dutch = "nl"
  /// English.
  case english = "en"
}

/// Somebody else than the person who asks for him.
public struct Requester: Hashable, Sendable, Codable {
  /// In which capacity he asks.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The legal representative, such as a parent.
    case representative
    /// A guardian or administrator whom a court has named.
    case guardian
    /// Whoever was authorised by the person.
    case agent
  }

  public var kind: Kind
  /// What proves it: a code such as `court-order` or `written-authority`.
  public var proof: FailureCode
  /// Answers go to him and not to the person.
  public var isAddressee: Bool
  /// The person is younger than 16: the answer goes to the representative (UAVG art. 5). Nil when that was not said.
  public var under16: Bool?

  public init(kind: Kind, proof: FailureCode, isAddressee: Bool, under16: Bool? = nil) {
    self.kind = kind
    self.proof = proof
    self.isAddressee = isAddressee
    self.under16 = under16
  }

  /// Whether it can be so: for a person younger than 16 the representative or guardian asks, and is answered.
  public var isLawful: Bool { under16 != true || (isAddressee && kind != .agent) }
}
