/// What a person is asked to do.
public struct ManualTaskSettings: Hashable, Sendable, Codable {
  /// What to look for and what to do, for the person who does it; names no data subject.
  public let instruction: String

  enum CodingKeys: String, CodingKey, CaseIterable {
    case instruction
  }

  /// Settings from code.
  public init(instruction: String) { self.instruction = instruction }

  /// Reads the settings; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    instruction = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .instruction)
  }
}
