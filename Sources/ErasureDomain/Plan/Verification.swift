/// Who vouches for an outcome. Never rounded up.
public enum Voucher: String, Hashable, Sendable, Codable, CaseIterable {
  case us
  /// The recipient by its own asymmetric signature.
  case recipientSigned = "recipient-signed"
  /// The recipient by an HTTP answer or an HMAC: we could have forged it.
  case recipientUnsigned = "recipient-unsigned"
  /// A person by SSHSIG.
  case person
}

/// What was seen. Never rounded up.
public enum WhatWasSeen: String, Hashable, Sendable, Codable, CaseIterable {
  /// Looked again by another path.
  case secondLook = "second-look"
  case confirmation
  /// A listing before and after.
  case listing
  case attestation
  /// What a role says in the register about how a copy ends; nobody looked.
  case setting
  /// Only that something was sent.
  case dispatch
}

/// What a second look, a confirmation, a listing or an attestation showed.
public struct Verification: Hashable, Sendable, Codable {
  public let voucher: Voucher
  public let seen: WhatWasSeen
  /// The path the look took: `second-connection`, `status-resource`, `catalogue` …; a code.
  public let path: FailureCode
  /// Rows that are still there and should not be, per dataset.
  public let remaining: [DatasetCount]
  /// Rows that are there and must stay.
  public let kept: [KeptCount]
  /// What was checked beyond the rows, where the register asks for it; nil where nothing was.
  public let storage: StorageProof?

  public init(
    voucher: Voucher, seen: WhatWasSeen, path: FailureCode, remaining: [DatasetCount] = [], kept: [KeptCount] = [],
    storage: StorageProof? = nil
  ) {
    self.voucher = voucher
    self.seen = seen
    self.path = path
    self.remaining = remaining
    self.kept = kept
    self.storage = storage
  }

  /// The same look, with what was checked after it.
  public func with(_ storage: StorageProof?) -> Verification {
    Verification(voucher: voucher, seen: seen, path: path, remaining: remaining, kept: kept, storage: storage)
  }

  /// Nothing is left that should have gone.
  public var isClean: Bool { remaining.allSatisfy { $0.going == 0 && ($0.minimised ?? 0) == 0 } }
}

/// What a job did to one dataset.
public struct EffectCount: Hashable, Sendable, Codable {
  public let dataset: String
  public let approved: Int
  public let found: Int
  /// Rows deleted.
  public let erased: Int
  /// Rows of which only the needed columns stay.
  public let reduced: Int
  public let kept: [KeptCount]
  /// Set when the answer of the transaction was lost for good (a failover): the rows are gone, and nobody can say any
  /// more that exactly so many went. Absent otherwise.
  public let isUncertain: Bool?
  /// Rows anonymised: never counted as erased. Nil where none was, and then in no bytes either.
  public let anonymised: Int?
  /// Kept rows that were minimised or restricted by this job; nil where none was.
  public let minimised: Int?
  /// Rows only taken out of ordinary use (soft delete): never counted as erased. Nil where none was.
  public let restricted: Int?

  public init(
    dataset: String, approved: Int, found: Int, erased: Int, reduced: Int = 0, kept: [KeptCount] = [],
    anonymised: Int? = nil, minimised: Int? = nil, restricted: Int? = nil, isUncertain: Bool? = nil
  ) {
    self.dataset = dataset
    self.approved = approved
    self.found = found
    self.erased = erased
    self.reduced = reduced
    self.kept = kept
    self.isUncertain = isUncertain == true ? true : nil
    self.anonymised = anonymised == 0 ? nil : anonymised
    self.minimised = minimised == 0 ? nil : minimised
    self.restricted = restricted == 0 ? nil : restricted
  }
}

extension EffectCount {
  /// The same counts, of which nobody can say any more whether they happened exactly so.
  public var uncertain: EffectCount {
    EffectCount(
      dataset: dataset, approved: approved, found: found, erased: erased, reduced: reduced, kept: kept,
      anonymised: anonymised, minimised: minimised, restricted: restricted, isUncertain: true)
  }
}

/// Why a receipt could not be made.
public enum ReceiptRefusal: Error, Hashable, Sendable {
  /// The look found rows that should have gone.
  case stillThere(Int)
  /// A dispatch proves nothing.
  case dispatchIsNoProof
}

/// Proof that a job's outcome was seen. There is one way to make one: from a clean verification.
public struct ErasureReceipt: Hashable, Sendable, Codable {
  public let verification: Verification
  public let effects: [EffectCount]

  /// Refuses when something is still there, and when nothing but a dispatch was seen.
  public init(verification: Verification, effects: [EffectCount]) throws(ReceiptRefusal) {
    guard verification.seen != .dispatch else { throw .dispatchIsNoProof }
    guard verification.isClean else {
      throw .stillThere(verification.remaining.reduce(0) { $0 + $1.going + ($1.minimised ?? 0) })
    }
    self.verification = verification
    self.effects = effects
  }

  private enum CodingKeys: String, CodingKey {
    case verification
    case effects
  }

  /// Reads a receipt through the same door: one that its verification does not bear does not read.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      verification: try container.decode(Verification.self, forKey: .verification),
      effects: try container.decode([EffectCount].self, forKey: .effects))
  }

  public var erased: Int { effects.reduce(0) { $0 + $1.erased + $1.reduced } }

  /// Rows that were anonymised instead of erased.
  public var anonymised: Int { effects.reduce(0) { $0 + ($1.anonymised ?? 0) } }

  /// Rows that were only taken out of ordinary use.
  public var restricted: Int { effects.reduce(0) { $0 + ($1.restricted ?? 0) } }

  /// Rows that stay and were minimised or restricted.
  public var minimised: Int { effects.reduce(0) { $0 + ($1.minimised ?? 0) } }
}

/// How a job ended, for good.
public enum JobOutcome: Hashable, Sendable {
  case erased(ErasureReceipt)
  case nothingFound(ErasureReceipt)
  case anonymised(ErasureReceipt)
  /// Soft delete: still there for an administrator.
  case restricted(ErasureReceipt)
  /// Told, and no answer is awaited.
  case notified(Voucher)
  /// Told, asked, and never confirmed.
  case unconfirmed(lastAsked: UTCTime)
  /// A backup set carries its date, or a copy ends by then by itself; it is not erased until seen gone. What was seen
  /// is a listing with the date, or only a setting.
  case expiryTagged(until: CivilDate, untilAt: UTCTime, seen: WhatWasSeen)
  case exported(waived: Bool)
  case excepted(ground: String)
  case cancelled(reason: FailureCode)

  /// The word of the state machine, also used in tables and entries.
  public var word: String {
    switch self {
    case .erased: "erased"
    case .nothingFound: "nothing-found"
    case .anonymised: "anonymised"
    case .restricted: "restricted"
    case .notified: "notified"
    case .unconfirmed: "unconfirmed"
    case .expiryTagged: "expiry-tagged"
    case .exported: "exported"
    case .excepted: "excepted"
    case .cancelled: "cancelled"
    }
  }

  public var receipt: ErasureReceipt? {
    switch self {
    case .erased(let receipt), .nothingFound(let receipt), .anonymised(let receipt), .restricted(let receipt): receipt
    case .notified, .unconfirmed, .expiryTagged, .exported, .excepted, .cancelled: nil
    }
  }

  /// Whether rows were kept, or a copy tagged, that a later job erases or confirms.
  var leavesFollowUps: Bool {
    if case .expiryTagged = self { return true }
    return receipt != nil
  }

  /// Who vouches, as the second axis of every outcome says.
  public var voucher: Voucher {
    switch self {
    case .notified(let voucher): voucher
    case .erased, .nothingFound, .anonymised, .restricted: receipt?.verification.voucher ?? .us
    case .unconfirmed, .expiryTagged, .exported, .excepted, .cancelled: .us
    }
  }

  /// What was seen; `dispatch` where nothing was.
  public var seen: WhatWasSeen {
    switch self {
    case .erased, .nothingFound, .anonymised, .restricted: receipt?.verification.seen ?? .dispatch
    case .expiryTagged(_, _, let seen): seen
    case .notified, .unconfirmed, .exported, .excepted, .cancelled: .dispatch
    }
  }
}

extension JobOutcome: Codable {
  private struct Wire: Codable {
    var outcome: String
    var receipt: ErasureReceipt?
    var voucher: Voucher?
    var lastAsked: UTCTime?
    var until: CivilDate?
    var untilAt: UTCTime?
    /// Of `until`; absent for a listing.
    var seen: WhatWasSeen?
    var waived: Bool?
    var ground: String?
    var reason: FailureCode?
  }

  public init(from decoder: any Decoder) throws {
    let wire = try Wire(from: decoder)
    func missing(_ name: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "outcome \(wire.outcome) lacks \(name)"))
    }
    func receipt() throws -> ErasureReceipt {
      guard let receipt = wire.receipt else { throw missing("receipt") }
      return receipt
    }
    switch wire.outcome {
    case "erased": self = .erased(try receipt())
    case "nothing-found": self = .nothingFound(try receipt())
    case "anonymised": self = .anonymised(try receipt())
    case "restricted": self = .restricted(try receipt())
    case "notified":
      guard let voucher = wire.voucher else { throw missing("voucher") }
      self = .notified(voucher)
    case "unconfirmed":
      guard let lastAsked = wire.lastAsked else { throw missing("lastAsked") }
      self = .unconfirmed(lastAsked: lastAsked)
    case "expiry-tagged":
      guard let until = wire.until, let untilAt = wire.untilAt else { throw missing("until") }
      self = .expiryTagged(until: until, untilAt: untilAt, seen: wire.seen ?? .listing)
    case "exported":
      guard let waived = wire.waived else { throw missing("waived") }
      self = .exported(waived: waived)
    case "excepted":
      guard let ground = wire.ground else { throw missing("ground") }
      self = .excepted(ground: ground)
    case "cancelled":
      guard let reason = wire.reason else { throw missing("reason") }
      self = .cancelled(reason: reason)
    default:
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "unknown outcome \(wire.outcome)"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var wire = Wire(outcome: word)
    switch self {
    case .erased, .nothingFound, .anonymised, .restricted: wire.receipt = receipt
    case .notified(let voucher): wire.voucher = voucher
    case .unconfirmed(let lastAsked): wire.lastAsked = lastAsked
    case .expiryTagged(let until, let untilAt, let seen):
      wire.until = until
      wire.untilAt = untilAt
      wire.seen = seen == .listing ? nil : seen
    case .exported(let waived): wire.waived = waived
    case .excepted(let ground): wire.ground = ground
    case .cancelled(let reason): wire.reason = reason
    }
    try wire.encode(to: encoder)
  }
}
