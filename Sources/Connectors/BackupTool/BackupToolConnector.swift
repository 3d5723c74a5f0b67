public import ConnectorKit
public import ErasureDomain

/// Tags the sets of a backup tool with the day after which they cannot hold the person, and later looks whether they are
/// gone; through the tool's own program.
///
/// The tool's exit status is never believed alone: what counts is its listing before and after. Sets are listed anew before
/// each step, since some tools give a set another name when it is tagged. No set is ever removed by us.
public struct BackupToolConnector: Connector, CopyListing {
  /// The name in the register.
  public static let kind = ConnectorKind("backup-tool")

  private let expiry: BackupExpiry

  /// Checks settings and credentials; starts nothing.
  public init(settings: BackupToolSettings, context: ConnectorContext) throws(SettingsProblem) {
    let system = "system \"\(context.record.system)\": "
    if let problem = settings.problem { throw SettingsProblem(system + problem) }
    try BackupExpiry.check(context)
    let program = try BackupProgram(
      settings: BackupProgram.Settings(
        words: settings.program, environment: settings.environment, credentials: settings.credentials),
      context: context)
    let store: any BackupStore
    switch settings.tool {
    case .pgBackRest:
      store = PgBackRestStore(program: program, stanza: settings.stanza ?? "", retentionDays: settings.retentionDays)
    case .restic: store = ResticStore(program: program, host: settings.host, retentionDays: settings.retentionDays)
    }
    expiry = BackupExpiry(store: store, clock: context.clock)
  }

  /// Nothing: a backup set is not searched for a person.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// Tags or confirms (`BackupExpiry`).
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress { try await expiry.erase(order, before: before) }

  /// Lists the sets again.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    try await expiry.verify(order)
  }

  public func newestCopy(
    completeBefore instant: UTCTime, deadline: UTCTime
  ) async throws(ConnectorFailure) -> KnownCopy? {
    try await expiry.newestCopy(completeBefore: instant, deadline: deadline)
  }
}
