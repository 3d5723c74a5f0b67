/// Anonymisation instead of deletion: an outcome of its own, never called erased.
///
/// It is accepted only with every condition: nothing that identifies is among the columns that stay, no key or mapping
/// survives, groups are large enough and what stays was tested for links, logs are included, a second person approved the
/// method, and the person is told. All but the last stand here or are counted; the last is the report's.
public struct Anonymisation: Hashable, Sendable, Codable {
  /// The columns that stay; all others are overwritten. No column that finds, yields or reviews a person.
  public let keepColumns: [String]
  /// k: every combination of the values that stay, keys apart, must occur in at least so many rows of the table,
  /// counted in the transaction that overwrites. The person's own rows count as one.
  public let groupSize: Int
  /// Who says that no mapping table, salt or key survives anywhere, backups beyond their expiry included.
  public let noKeySurvives: RegisterStatement
  /// Who says that logs which hold the person are anonymised or deleted too.
  public let logsIncluded: RegisterStatement
  /// Who approved the method; another one than who says that no key survives.
  public let methodApproved: RegisterStatement
  /// Who tested that what stays cannot be linked with other records to the person. The register must name it; nil in
  /// evidence of before that was asked, and then in no bytes either.
  public let linkability: RegisterStatement?

  /// The smallest group that hides anybody.
  public static let leastGroupSize = 2
  /// The largest group size that is read.
  public static let largestGroupSize = 1_000_000

  public init(
    keepColumns: [String], groupSize: Int, noKeySurvives: RegisterStatement, logsIncluded: RegisterStatement,
    methodApproved: RegisterStatement, linkability: RegisterStatement? = nil
  ) {
    self.keepColumns = keepColumns
    self.groupSize = groupSize
    self.noKeySurvives = noKeySurvives
    self.logsIncluded = logsIncluded
    self.methodApproved = methodApproved
    self.linkability = linkability
  }
}

/// What a role or person says in the register, and when it was said.
public struct RegisterStatement: Hashable, Sendable, Codable {
  /// A role or department that answers for it.
  public let saidBy: String
  public let on: CivilDate

  public init(saidBy: String, on: CivilDate) {
    self.saidBy = saidBy
    self.on = on
  }

  /// `privacy-officer on 2026-11-20`.
  public var words: String { "\(saidBy) on \(on)" }
}

/// The entry of the selection list (Archiefwet) that says records of a government body may be destroyed.
public struct ArchiveReference: Hashable, Sendable, Codable {
  /// The list, as published.
  public let list: String
  /// The category or item in it.
  public let item: String

  public init(list: String, item: String) {
    self.list = list
    self.item = item
  }
}
