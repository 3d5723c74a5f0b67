/// A backup tool whose program lists sets and writes notes to them.
public struct BackupToolSettings: Hashable, Sendable, Codable {
  /// The tools that are known.
  public enum Tool: String, Hashable, Sendable, Codable, CaseIterable {
    case pgBackRest = "pgbackrest"
    case restic
  }

  public let tool: Tool
  /// The absolute path of the program, with what stands before its own arguments (`sudo`, for another user).
  public let program: [String]
  /// pgBackRest: the stanza whose backups these are.
  public let stanza: String?
  /// restic: only snapshots of this host; all without one.
  public let host: String?
  /// Variables that the program gets; besides them only a fixed `PATH`.
  public let environment: [String: String]
  /// Variables that hold a secret, each with the name of its credential.
  public let credentials: [String: String]
  /// Days after its end on which a set can still be there.
  public let retentionDays: Int

  enum CodingKeys: String, CodingKey, CaseIterable {
    case tool
    case program
    case stanza
    case host
    case environment
    case credentials
    case retentionDays = "retention-days"
  }

  /// Settings from code.
  public init(
    tool: Tool, program: [String], stanza: String? = nil, host: String? = nil, environment: [String: String] = [:],
    credentials: [String: String] = [:], retentionDays: Int
  ) {
    self.tool = tool
    self.program = program
    self.stanza = stanza
    self.host = host
    self.environment = environment
    self.credentials = credentials
    self.retentionDays = retentionDays
  }

  /// Reads the settings; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      tool: try container.decode(Tool.self, forKey: .tool),
      program: try container.decode([String].self, forKey: .program),
      stanza: try container.decodeIfPresent(String.self, forKey: .stanza),
      host: try container.decodeIfPresent(String.self, forKey: .host),
      environment: try container.decodeIfPresent([String: String].self, forKey: .environment) ?? [:],
      credentials: try container.decodeIfPresent([String: String].self, forKey: .credentials) ?? [:],
      retentionDays: try container.decode(Int.self, forKey: .retentionDays))
  }

  /// What is wrong with them, as far as they themselves tell; nil when nothing is.
  var problem: String? {
    guard BackupSet.retentionRange.contains(retentionDays) else {
      return "retention-days is not 0 to 36500; write after how many days a backup is gone at the latest"
    }
    let variables = Set(environment.keys).union(credentials.keys)
    switch tool {
    case .pgBackRest:
      guard host == nil else { return "host is for restic; take it out" }
      guard let stanza, Self.isWord(stanza) else {
        return "pgbackrest needs stanza, of letters, digits, '.', '-' and '_'"
      }
    case .restic:
      guard stanza == nil else { return "stanza is for pgbackrest; take it out" }
      if let host, !Self.isWord(host) { return "host is not of letters, digits, '.', '-' and '_'" }
      for (what, names) in [
        ("RESTIC_REPOSITORY", ["RESTIC_REPOSITORY", "RESTIC_REPOSITORY_FILE"]),
        ("RESTIC_PASSWORD", ["RESTIC_PASSWORD", "RESTIC_PASSWORD_FILE", "RESTIC_PASSWORD_COMMAND"]),
      ] where variables.isDisjoint(with: names) {
        return "restic needs \(what); name it under environment, or under credentials when it is a secret"
      }
      // In the register everybody who may read it would have it.
      guard environment["RESTIC_PASSWORD"] == nil else {
        return "RESTIC_PASSWORD is a secret; name its credential under credentials"
      }
    }
    return nil
  }

  /// Text that no program could take for an option or a pattern.
  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix("-")
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
      }
  }
}
