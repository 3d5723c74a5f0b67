public import ErasureDomain

/// The name of something the vault holds about a person. A name never says who.
public struct VaultItem: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The most bytes one item may have: 16 MiB.
  public static let maximumBytes = 16 * 1_024 * 1_024

  /// ASCII words, references and system names, with `/` between them.
  public let rawValue: String

  /// The item of this name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The identifiers that the request is searched with.
  public static let identifiers = VaultItem(rawValue: "identifiers")
  /// How the person is reached.
  public static let contact = VaultItem(rawValue: "contact")
  /// The 32 random bytes of the commitment in `request.received`.
  public static let nonce = VaultItem(rawValue: "nonce")
  /// What an officer or the person wrote with the request.
  public static let note = VaultItem(rawValue: "note")
  /// Which notice of another company made the request.
  public static let notice = VaultItem(rawValue: "notice")
  /// Identifiers that were found on the way.
  public static let found = VaultItem(rawValue: "found")

  /// Mails and tickets of the request itself, which are spared.
  public static let caseRecords = VaultItem(rawValue: "case-records")

  /// The keys of the located root records of a system.
  public static func roots(_ system: SystemName) -> VaultItem { VaultItem(rawValue: "roots/\(system)") }

  /// The random value that blinds digests of what a job sends.
  public static func blind(_ job: JobReference) -> VaultItem { VaultItem(rawValue: "blind/\(job)") }

  /// What an attempt of a job left for the next one.
  public static func remembered(_ job: JobReference) -> VaultItem { VaultItem(rawValue: "remembered/\(job)") }

  /// The calls of a company about a job: their ids, and the body of the last that counts.
  public static func callbacks(_ job: JobReference) -> VaultItem { VaultItem(rawValue: "callbacks/\(job)") }

  /// What a person or a system answered about a job.
  public static func answer(_ job: JobReference) -> VaultItem { VaultItem(rawValue: "answer/\(job)") }

  /// The name itself.
  public var description: String { rawValue }

  /// The order of the names.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
