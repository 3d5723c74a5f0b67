public import ConnectorKit
public import ErasureDomain

/// A system that only people reach: loose carriers, paper, a service without a way in.
///
/// It does nothing itself. `erase` asks for a person, and the engine settles the job from the attestations that two
/// people sign (requirements I1): this connector never claims that anything is gone.
public struct ManualTaskConnector: Connector {
  /// The name in the register.
  public static let kind = ConnectorKind("manual-task")

  /// What the officer is shown.
  public let instruction: String

  /// Refuses an empty instruction.
  public init(settings: ManualTaskSettings, context: ConnectorContext) throws(SettingsProblem) {
    guard settings.instruction.contains(where: { !$0.isWhitespace }) else {
      throw SettingsProblem(
        "system \"\(context.record.system)\": instruction is empty; say what to look for and what to do")
    }
    instruction = settings.instruction
  }

  /// Nothing: nobody has looked yet.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// Always a question: a person does it and signs what was done.
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    throw .needsOfficer(Question(code: .manualTask))
  }

  /// Never clean: only an attestation, which the engine keeps, shows that the task was done.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    Verification(
      voucher: .person, seen: .attestation, path: FailureCode("attestation"),
      remaining: [DatasetCount(dataset: "task", isRoot: true, erase: 1)])
  }
}
