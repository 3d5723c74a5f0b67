public import ErasureDomain

/// How copies end without us, and what shows it.
public struct EndsByItselfSettings: Hashable, Sendable, Codable {
  /// What is taken as proof on the day.
  public enum Proof: String, Hashable, Sendable, Codable, CaseIterable {
    /// A setting of the tool, on the word of a named role: nobody looks.
    case setting
    /// Two people look, or remove it, and sign.
    case task
  }

  /// The most days that a copy may take to end: a century, as for backup sets.
  public static let dayRange = 0...36_500

  /// Days from the erasure to the last day on which a copy can still hold the person; 1 for what is rebuilt every night.
  public let afterDays: Int
  public let proof: Proof
  /// For `setting`: the role that says so, and when it did.
  public let saidBy: String?
  public let on: CivilDate?
  /// For `task`: what the two people do; names no data subject, who may be forgotten by then.
  public let instruction: String?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case afterDays = "after-days"
    case proof
    case saidBy = "said-by"
    case on
    case instruction
  }

  /// Settings from code.
  public init(afterDays: Int, proof: Proof, saidBy: String? = nil, on: CivilDate? = nil, instruction: String? = nil) {
    self.afterDays = afterDays
    self.proof = proof
    self.saidBy = saidBy
    self.on = on
    self.instruction = instruction
  }

  /// Reads the settings; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    afterDays = try container.decode(Int.self, forKey: .afterDays)
    proof = try container.decode(Proof.self, forKey: .proof)
    saidBy = try container.decodeIfPresent(String.self, forKey: .saidBy)
    on = try container.decodeIfPresent(CivilDate.self, forKey: .on)
    instruction = try container.decodeIfPresent(String.self, forKey: .instruction)
  }

  /// What is wrong with them, with what to do; nil when nothing is.
  var problem: String? {
    guard Self.dayRange.contains(afterDays) else {
      return "after-days is \(afterDays); allowed: \(Self.dayRange.lowerBound) to \(Self.dayRange.upperBound)"
    }
    switch proof {
    case .setting:
      guard let saidBy, saidBy.contains(where: { !$0.isWhitespace }), on != nil else {
        return "proof is setting, so somebody must answer for it; write said-by: <role> and on: <date>"
      }
      return instruction == nil ? nil : "instruction is for proof: task; take it out"
    case .task:
      guard let instruction, instruction.contains(where: { !$0.isWhitespace }) else {
        return "proof is task, so somebody must know what to do; write an instruction"
      }
      return saidBy == nil && on == nil ? nil : "said-by and on are for proof: setting; take them out"
    }
  }
}
