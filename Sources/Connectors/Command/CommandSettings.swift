/// A program of the customer's that lists copies and lets them expire (docs/commands/README.md).
public struct CommandSettings: Hashable, Sendable, Codable {
  /// The absolute path of the program, with its first arguments.
  public let program: [String]
  /// Variables that the program gets; besides them only a fixed `PATH`.
  public let environment: [String: String]
  /// Variables that hold a secret, each with the name of its credential.
  public let credentials: [String: String]

  enum CodingKeys: String, CodingKey, CaseIterable {
    case program
    case environment
    case credentials
  }

  /// Settings from code.
  public init(program: [String], environment: [String: String] = [:], credentials: [String: String] = [:]) {
    self.program = program
    self.environment = environment
    self.credentials = credentials
  }

  /// Reads the settings; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      program: try container.decode([String].self, forKey: .program),
      environment: try container.decodeIfPresent([String: String].self, forKey: .environment) ?? [:],
      credentials: try container.decodeIfPresent([String: String].self, forKey: .credentials) ?? [:])
  }
}
