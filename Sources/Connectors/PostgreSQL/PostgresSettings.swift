/// The settings of a system of kind `postgresql`.
///
/// Credentials hold libpq connection strings with user and password; the register holds their names only.
public struct PostgresSettings: Codable, Hashable, Sendable {
  /// The credential with which is looked: it needs no right to change anything.
  public let look: String?
  /// The credential with which is erased.
  public let erase: String?
  /// Credentials of standby servers on which a look must find nothing either.
  public let replicas: [String]?
  /// When an erasure waits rather than disturb.
  public let pause: Pause?
  /// The most rows of one transaction; one transaction does all when left out.
  public let rowsPerTransaction: Int?

  /// What is done after an erasure beyond the removal of rows; nothing when left out.
  public let rewrite: Rewrite?

  /// Limits of what a running database can bear; beyond them an erasure waits.
  public struct Pause: Codable, Hashable, Sendable {
    /// Seconds by which any connected standby may be behind.
    public let lagSeconds: Int?
    /// Share of `max_connections` that may be active, in percent.
    public let activePercent: Int?

    /// Takes its parts.
    public init(lagSeconds: Int?, activePercent: Int?) {
      self.lagSeconds = lagSeconds
      self.activePercent = activePercent
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case lagSeconds = "lag-seconds"
      case activePercent = "active-percent"
    }

    /// Refuses a key it does not know.
    public init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.self)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      lagSeconds = try container.decodeIfPresent(Int.self, forKey: .lagSeconds)
      activePercent = try container.decodeIfPresent(Int.self, forKey: .activePercent)
    }
  }

  /// Has the files of tables replaced from which rows went (`VACUUM FULL`), in the system's hours.
  public struct Rewrite: Codable, Hashable, Sendable {
    /// The credential of a user who owns the tables and the database, or is a superuser.
    public let credential: String
    /// Megabytes of the largest table that is rewritten, its indexes included; it needs as much space again meanwhile.
    public let largest: Int
    /// Whether the write-ahead log of before is to be gone as well; that needs a superuser.
    public let logs: Bool

    /// Takes its parts.
    public init(credential: String, largest: Int, logs: Bool = false) {
      self.credential = credential
      self.largest = largest
      self.logs = logs
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case credential
      case largest = "largest-megabytes"
      case logs
    }

    /// Refuses a key it does not know.
    public init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.self)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      credential = try container.decode(String.self, forKey: .credential)
      largest = try container.decode(Int.self, forKey: .largest)
      logs = try container.decodeIfPresent(Bool.self, forKey: .logs) ?? false
    }
  }

  /// Takes its parts.
  public init(
    look: String?, erase: String?, replicas: [String]? = nil, pause: Pause? = nil,
    rowsPerTransaction: Int? = nil, rewrite: Rewrite? = nil
  ) {
    self.look = look
    self.erase = erase
    self.replicas = replicas
    self.pause = pause
    self.rowsPerTransaction = rowsPerTransaction
    self.rewrite = rewrite
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case look
    case erase
    case replicas
    case pause
    case rowsPerTransaction = "rows-per-transaction"
    case rewrite
  }

  /// Refuses a key it does not know.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    look = try container.decodeIfPresent(String.self, forKey: .look)
    erase = try container.decodeIfPresent(String.self, forKey: .erase)
    replicas = try container.decodeIfPresent([String].self, forKey: .replicas)
    pause = try container.decodeIfPresent(Pause.self, forKey: .pause)
    rowsPerTransaction = try container.decodeIfPresent(Int.self, forKey: .rowsPerTransaction)
    rewrite = try container.decodeIfPresent(Rewrite.self, forKey: .rewrite)
  }
}
