// Facts of entries about what a person takes along: counts and keyed digests, never content.

/// The rows of a system were read and are in the vault. In the job's stream.
public struct RowsCollected: EntryFacts {
  public static let kind = EntryKind("rows.collected")

  public struct Dataset: Hashable, Sendable, Codable {
    public var dataset: String
    public var rows: Int
    /// Rows that were left out because records of other people use them too; absent where there was none.
    public var shared: Int?

    public init(dataset: String, rows: Int, shared: Int) {
      self.dataset = dataset
      self.rows = rows
      self.shared = shared == 0 ? nil : shared
    }
  }

  public var epoch: Int
  public var datasets: [Dataset]
  /// Of what is in the vault.
  public var bytes: Int
  /// HMAC-SHA256 of it under a key of the request, hex: nobody can try contents.
  public var mac: String
  /// When the vault loses it at the latest.
  public var expires: UTCTime

  public init(epoch: Int, datasets: [Dataset], bytes: Int, mac: String, expires: UTCTime) {
    self.epoch = epoch
    self.datasets = datasets
    self.bytes = bytes
    self.mac = mac
    self.expires = expires
  }
}

/// A person has added a file to what is collected of a system. In the job's stream.
public struct FilesAdded: EntryFacts {
  public static let kind = EntryKind("files.added")
  /// All that were added to the job so far.
  public var files: Int
  public var bytes: Int
  /// HMAC-SHA256 of the file of this entry, hex.
  public var mac: String
  public var expires: UTCTime

  public init(files: Int, bytes: Int, mac: String, expires: UTCTime) {
    self.files = files
    self.bytes = bytes
    self.mac = mac
    self.expires = expires
  }
}

/// The time of what was collected is over: it is gone from the vault, and what was made of it counts no more.
public struct CollectionExpired: EntryFacts {
  public static let kind = EntryKind("collection.expired")

  public init() {}
}

/// A package was made of all that is collected, encrypted, and handed to `by`. In the plan's stream.
public struct PackageMade: EntryFacts {
  public static let kind = EntryKind("package.made")
  public var package: PackageKind
  /// SHA-256 of the encrypted package, hex: its key is random, so that it says nothing about the content.
  public var ciphertext: String
  public var bytes: Int
  public var systems: Int
  public var rows: Int
  public var files: Int
  /// For what it is encrypted: `age`, `ssh`, `passphrase`.
  public var recipient: FailureCode
  /// It must be delivered before.
  public var until: UTCTime

  public init(
    package: PackageKind, ciphertext: String, bytes: Int, systems: Int, rows: Int, files: Int,
    recipient: FailureCode, until: UTCTime
  ) {
    self.package = package
    self.ciphertext = ciphertext
    self.bytes = bytes
    self.systems = systems
    self.rows = rows
    self.files = files
    self.recipient = recipient
    self.until = until
  }
}

/// The person has it, as `by` says.
public struct PackageDelivered: EntryFacts {
  public static let kind = EntryKind("package.delivered")
  public var package: PackageKind
  /// How it was handed over and seen to have arrived: a code.
  public var how: FailureCode

  public init(package: PackageKind, how: FailureCode) {
    self.package = package
    self.how = how
  }
}

/// `by` decided that nothing is taken along: of one system, or at all.
public struct PackageWaived: EntryFacts {
  public static let kind = EntryKind("package.waived")
  /// Nil for all that was not delivered.
  public var system: SystemName?
  public var reason: FailureCode

  public init(system: SystemName?, reason: FailureCode) {
    self.system = system
    self.reason = reason
  }
}
