public import ConnectorKit
public import ErasureDomain

/// Gives copies of any tool their last day through a program of the customer's, and later looks whether they are gone.
public struct CommandConnector: Connector, CopyListing {
  /// The name in the register.
  public static let kind = ConnectorKind("command")

  private let expiry: BackupExpiry

  /// Checks settings and credentials; starts nothing.
  public init(settings: CommandSettings, context: ConnectorContext) throws(SettingsProblem) {
    try BackupExpiry.check(context)
    let program = try BackupProgram(
      settings: BackupProgram.Settings(
        words: settings.program, environment: settings.environment, credentials: settings.credentials),
      context: context)
    expiry = BackupExpiry(
      store: CommandStore(program: program, systems: context.copiesOf), clock: context.clock)
  }

  /// Nothing: a copy is not searched for a person.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// Tags or confirms (`BackupExpiry`).
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress { try await expiry.erase(order, before: before) }

  /// Asks the program for its copies again.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    try await expiry.verify(order)
  }

  public func newestCopy(
    completeBefore instant: UTCTime, deadline: UTCTime
  ) async throws(ConnectorFailure) -> KnownCopy? {
    try await expiry.newestCopy(completeBefore: instant, deadline: deadline)
  }
}
