/// In which capacity the person asks; a request touches only systems of the capacities it names.
public enum Capacity: String, Codable, Sendable, CaseIterable {
  case customer
  case employee
  case applicant
  /// A contact person of a company.
  case contact
}

/// What a system is to us; it decides what the law asks (requirements F1).
public enum SystemRole: String, Codable, Sendable, CaseIterable {
  /// We are the controller and the system is ours.
  case own
  /// Works on our instruction (GDPR Art. 28).
  case processor
  /// Another controller that received the data (GDPR Art. 19).
  case recipient
  /// A joint controller (GDPR Art. 26).
  case joint
  /// Sent us the person and would do so again.
  case source
  /// Holds a public copy (GDPR Art. 17(2)).
  case `public`
  case backup
  /// A loose carrier: USB stick, paper.
  case carrier
  /// A copy that ends by itself.
  case copy

  /// Whether the role's systems are searched for the person; the others are only told.
  public var isSearched: Bool {
    switch self {
    case .own, .copy: true
    case .processor, .recipient, .joint, .source, .public, .backup, .carrier: false
    }
  }
}

/// What a job does to its system.
public enum JobVerb: String, Codable, Sendable, CaseIterable {
  /// Delete or overwrite in a system we can reach.
  case erase
  /// Instruct a processor; its confirmation is the proof (Art. 28(3)).
  case instruct
  /// Tell another controller; notification and acknowledgement are the proof (Art. 19).
  case notify
  /// Ask a source not to send the person again.
  case stopSending = "stop-sending"
  /// Put the date on a backup set after which it cannot hold the person.
  case tagExpiry = "tag-expiry"
  /// A person does it and signs what was done.
  case manual
  /// Read what the person takes along, before anything goes.
  case export
  /// Follow-up: erase rows whose retention has run out.
  case eraseKept = "erase-kept"
  /// Follow-up: look whether a tagged backup set is gone.
  case confirmExpiry = "confirm-expiry"

  /// Whether it runs on a later date than the rest of the plan.
  public var isFollowUp: Bool { self == .eraseKept || self == .confirmExpiry }

  /// Whether it changes rows in a system of ours: then only while the system's owner has released it.
  public var changesSystem: Bool {
    switch self {
    case .erase, .eraseKept: true
    case .instruct, .notify, .stopSending, .tagExpiry, .manual, .confirmExpiry, .export: false
    }
  }

  /// Whether it tells another company.
  public var tellsCompany: Bool { self == .instruct || self == .notify || self == .stopSending }
}

/// The ground of Art. 17(1) GDPR the request is accepted on.
public enum ErasureGround: String, Codable, Sendable, CaseIterable {
  case noLongerNecessary = "art17-1-a"
  case consentWithdrawn = "art17-1-b"
  case objection = "art17-1-c"
  case unlawfulProcessing = "art17-1-d"
  case legalObligation = "art17-1-e"
  case childConsent = "art17-1-f"

  /// As contracts with other companies write it: `art17(1)(b)`.
  public var article: String {
    let letter = rawValue.last.map(String.init) ?? ""
    return "art17(1)(\(letter))"
  }
}

/// A short code of the field for a failure: lower-case letters, digits and hyphens; never a text from outside.
public struct FailureCode: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  public let rawValue: String

  /// Another character than a–z, 0–9 and `-` is replaced by `-`; at most 64 are kept.
  public init(rawValue: String) {
    func isKept(_ byte: UInt8) -> Bool { (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte == 45 }
    if rawValue.utf8.count <= 64, rawValue.utf8.allSatisfy(isKept) {
      self.rawValue = rawValue
      return
    }
    let kept = rawValue.utf8.prefix(64).map { isKept($0) ? $0 : 45 }
    self.rawValue = String(decoding: kept, as: UTF8.self)
  }

  public init(_ code: String) { self.init(rawValue: code) }

  /// The look after a commit still saw rows.
  public static let stillThere = FailureCode("still-there")
  /// An attempt without an answer was the last of its budget: its effect may be there.
  public static let lost = FailureCode("lost")
  /// The register describes the system otherwise than the approved record.
  public static let registerChanged = FailureCode("register-changed")

  public var description: String { rawValue }
}
