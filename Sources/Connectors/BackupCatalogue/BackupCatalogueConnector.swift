public import ConnectorKit
import Dispatch
public import ErasureDomain

/// Tags backup sets with the day after which they cannot hold the person, and later looks whether they are gone.
///
/// The catalogue is kept by somebody else's backup tool, which removes sets by their retention or by our tag; this
/// connector never deletes a set because of one person. A set can hold the person when its backup began before the
/// erasure was committed. A tool may list such a set only after the tags were written, when a nightly backup was under
/// way during the erasure: `confirmExpiry` therefore counts sets by their start too, and not by their tag alone.
public struct BackupCatalogueConnector: Connector, CopyListing {
  /// The name in the register.
  public static let kind = ConnectorKind("backup-catalogue")

  private let expiry: BackupExpiry

  /// Refuses settings without a file and a system that nothing names as keeper of its copies; opens nothing.
  public init(settings: BackupCatalogueSettings, context: ConnectorContext) throws(SettingsProblem) {
    guard !settings.catalogue.isEmpty, !settings.catalogue.utf8.contains(0) else {
      throw SettingsProblem(
        "system \"\(context.record.system)\": catalogue is empty; name the backup tool's JSON file")
    }
    try BackupExpiry.check(context)
    let isAbsolute = settings.catalogue.hasPrefix("/")
    let file = BackupCatalogueFile(path: isAbsolute ? settings.catalogue : context.folder + "/" + settings.catalogue)
    expiry = BackupExpiry(
      store: BackupCatalogueStore(file: file, systems: Set(context.copiesOf)), clock: context.clock)
  }

  /// Nothing: a backup set is not searched for a person.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// Tags or confirms (`BackupExpiry`).
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress { try await expiry.erase(order, before: before) }

  /// Reads the catalogue again.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    try await expiry.verify(order)
  }

  public func newestCopy(
    completeBefore instant: UTCTime, deadline: UTCTime
  ) async throws(ConnectorFailure) -> KnownCopy? {
    try await expiry.newestCopy(completeBefore: instant, deadline: deadline)
  }
}

/// The sets of some systems in a catalogue file; all tags are written at once, under the file's lock.
struct BackupCatalogueStore: BackupStore {
  let file: BackupCatalogueFile
  let systems: Set<SystemName>
  /// Reading and flushing may block, so they stay off the cooperative pool.
  private let queue = DispatchQueue(label: "expunged.backup-catalogue")

  let path = FailureCode("catalogue")

  init(file: BackupCatalogueFile, systems: Set<SystemName>) {
    self.file = file
    self.systems = systems
  }

  func listing(_ query: BackupQuery) async throws(ConnectorFailure) -> BackupListing {
    let (file, systems) = (file, systems)
    return try await onQueue { () throws(ConnectorFailure) in BackupListing(sets: try file.sets(of: systems)) }
  }

  func tag(_ query: BackupQuery, _ choose: @escaping Choice) async throws(ConnectorFailure) -> CivilDate? {
    let (file, systems) = (file, systems)
    return try await onQueue { () throws(ConnectorFailure) in try file.update(setsOf: systems, choose) }
  }

  private func onQueue<Value: Sendable>(
    _ work: @escaping @Sendable () throws(ConnectorFailure) -> Value
  ) async throws(ConnectorFailure) -> Value {
    typealias Continuation = CheckedContinuation<Result<Value, ConnectorFailure>, Never>
    let result = await withCheckedContinuation { (continuation: Continuation) in
      queue.async { continuation.resume(returning: Result(catching: work)) }
    }
    return try result.get()
  }
}
