// Facts of entries about who may decide, and what the register says.

/// What of the configuration decides about people's data: it changes by two signatures.
public enum ConfigurationPart: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
  /// The file `allowed_signers`.
  case signers
  /// The section `people:` of the configuration, and how many must sign.
  case people
  /// The system register.
  case register
}

/// Somebody signed that a part of the configuration becomes another: the second signature makes it so.
public struct ChangeSigned: EntryFacts {
  public static let kind = EntryKind("change.signed")
  public var part: ConfigurationPart
  public var approval: Approval
  /// What is in force.
  public var old: ContentDigest
  /// What shall be.
  public var new: ContentDigest
  /// What is the same in both signatures, and in those of no other change.
  public var nonce: String

  public init(
    part: ConfigurationPart, approval: Approval, old: ContentDigest, new: ContentDigest, nonce: String
  ) {
    self.part = part
    self.approval = approval
    self.old = old
    self.new = new
    self.nonce = nonce
  }
}

/// `allowed_signers` or `people:` changed.
public struct SignersChanged: EntryFacts {
  public static let kind = EntryKind("signers.changed")
  public var file: String
  public var old: ContentDigest
  public var new: ContentDigest
  public var practice: Bool
  /// Whose rights or keys are others now; nil in logs that began before rules 7, and in practice.
  public var people: [PersonReference]?

  public init(
    file: String, old: ContentDigest, new: ContentDigest, practice: Bool, people: [PersonReference]? = nil
  ) {
    self.file = file
    self.old = old
    self.new = new
    self.practice = practice
    self.people = people
  }
}

public struct RegisterChanged: EntryFacts {
  public static let kind = EntryKind("register.changed")
  public var old: ContentDigest
  public var new: ContentDigest
  public var practice: Bool
  /// Systems that came, went, or are described otherwise; nil as above.
  public var systems: [SystemName]?

  public init(old: ContentDigest, new: ContentDigest, practice: Bool, systems: [SystemName]? = nil) {
    self.old = old
    self.new = new
    self.practice = practice
    self.systems = systems
  }
}

/// Somebody else may have had a person's keys since a time: what they signed from then on is in doubt, and what they would
/// sign from this entry on counts for nothing.
public struct SignerCompromised: EntryFacts {
  public static let kind = EntryKind("signer.compromised")
  public var person: PersonReference
  /// Fingerprints of all keys that he signed with or could.
  public var keys: [String]
  public var since: UTCTime

  public init(person: PersonReference, keys: [String], since: UTCTime) {
    self.person = person
    self.keys = keys
    self.since = since
  }
}

/// An approval of the plan may be somebody else's: nothing of the plan is claimed until another person has confirmed it.
public struct PlanDoubted: EntryFacts {
  public static let kind = EntryKind("plan.doubted")
  /// Whose approval it is.
  public var person: PersonReference

  public init(person: PersonReference) { self.person = person }
}

/// Another person signed the plan in the place of one whose approval was in doubt.
public struct PlanConfirmed: EntryFacts {
  public static let kind = EntryKind("plan.confirmed")
  public var approval: Approval
  /// In whose place.
  public var instead: PersonReference

  public init(approval: Approval, instead: PersonReference) {
    self.approval = approval
    self.instead = instead
  }
}

/// The register that is in force at a conclusion, and what became another since the plan was approved.
public struct RegisterSince: Hashable, Sendable, Codable {
  public var inForce: ContentDigest
  /// How often it changed since.
  public var times: Int
  /// Which systems came, went, or are described otherwise, where the entries of the changes say so.
  public var systems: [SystemName]

  public init(inForce: ContentDigest, times: Int, systems: [SystemName]) {
    self.inForce = inForce
    self.times = times
    self.systems = systems
  }
}
