// Facts of entries about a request that another company's notice made (contract `erasure-notice/1`).

/// The request came as a notice of another company. It stands right behind `request.received`, in the same append.
public struct NoticeReceived: EntryFacts {
  public static let kind = EntryKind("notice.received")
  /// The sender's code in our configuration.
  public var sender: String
  /// The sender's own job, the id of its notice.
  public var notice: JobReference
  /// Why the sender tells us: `notify`, `instruct` or `stop-sending`.
  public var duty: String

  public init(sender: String, notice: JobReference, duty: String) {
    self.sender = sender
    self.notice = notice
    self.duty = duty
  }
}

/// The sender took its notice back. The request stays: an officer decides.
public struct NoticeWithdrawn: EntryFacts {
  public static let kind = EntryKind("notice.withdrawn")
  public init() {}
}

/// What the sender is answered, for good.
public struct NoticeAnswered: EntryFacts {
  public static let kind = EntryKind("notice.answered")
  public var status: RecipientWord
  /// Why, where it is `denied`; a word of the contract.
  public var reason: String?
  public var recordsErased: Int?
  public var retained: [Retained]?
  /// Our signed receipt, an artifact, where there is a key for it.
  public var receipt: ContentDigest?
  /// The public key that verifies it, a JWK.
  public var key: String?

  /// A category that stays.
  public struct Retained: Hashable, Sendable, Codable {
    public var category: String
    public var until: CivilDate
    public var basis: String

    public init(category: String, until: CivilDate, basis: String) {
      self.category = category
      self.until = until
      self.basis = basis
    }
  }

  public init(
    status: RecipientWord, reason: String? = nil, recordsErased: Int? = nil, retained: [Retained]? = nil,
    receipt: ContentDigest? = nil, key: String? = nil
  ) {
    self.status = status
    self.reason = reason
    self.recordsErased = recordsErased
    self.retained = retained
    self.receipt = receipt
    self.key = key
  }
}

extension RecipientWord {
  /// The word as the contract writes it.
  public var contractWord: String { String(rawValue.map { $0 == "-" ? "_" : $0 }) }
}
