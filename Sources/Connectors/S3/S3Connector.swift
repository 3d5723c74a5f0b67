public import ConnectorKit
public import ErasureDomain
import HTTPTransport

/// Tags backups in a bucket with the day after which they cannot hold the person, and later looks whether they are gone.
///
/// Each version of each object is a backup set; it is never deleted by us. Its `LastModified` is the store's, so both
/// clocks must agree better than `longest-hours` allows for.
public struct S3Connector: Connector, CopyListing {
  /// The name in the register.
  public static let kind = ConnectorKind("s3")

  private let expiry: BackupExpiry

  /// Always a problem: this kind needs the HTTP loops of the process.
  public init(settings: S3Settings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem(
      "system \"\(context.record.system)\": s3 needs HTTP loops; make it by StandardConnectors.registry")
  }

  /// Checks address, numbers and credentials; calls nobody.
  public init(settings: S3Settings, context: ConnectorContext, loops: HTTPLoops) throws(SettingsProblem) {
    let system = "system \"\(context.record.system)\": "
    if let problem = settings.problem { throw SettingsProblem(system + problem) }
    try BackupExpiry.check(context)
    for name in [settings.accessKey, settings.secretKey] {
      guard let bytes = context.secrets.secret(name) else {
        throw SettingsProblem(system + "no credential is named \"\(name)\"; create it")
      }
      guard HTTPSystemConnector.secretText(bytes) != nil else {
        throw SettingsProblem(system + "credential \"\(name)\" is not one line of text; replace it")
      }
    }
    try settings.tls?.check(context)
    try settings.proxy?.check(context, target: settings.endpoint, isInternal: settings.isInternal)
    let source = context.secrets
    let client = S3Client(
      settings: settings, loop: settings.isInternal ? loops.privateToo : loops.publicOnly, clock: context.clock,
      credential: { source.secret($0) })
    expiry = BackupExpiry(store: S3Store(client: client), clock: context.clock)
  }

  /// Nothing: a backup set is not searched for a person.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// Tags or confirms (`BackupExpiry`).
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress { try await expiry.erase(order, before: before) }

  /// Lists the versions again.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    try await expiry.verify(order)
  }

  public func newestCopy(
    completeBefore instant: UTCTime, deadline: UTCTime
  ) async throws(ConnectorFailure) -> KnownCopy? {
    try await expiry.newestCopy(completeBefore: instant, deadline: deadline)
  }
}
