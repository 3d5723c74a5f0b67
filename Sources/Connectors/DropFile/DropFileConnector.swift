public import ConnectorKit
public import ErasureDomain
import HTTPTransport
import SFTPTransport

/// Tells a company by a file in a folder, and reads its answer from a file beside it.
///
/// It never looks into the company: what it knows is that a file was put there, and what the company says. Each job has
/// a file of its own, so that no file mixes people and an attempt that was cut off can be finished. A file is written
/// under another name and renamed; what the vault remembers of both steps tells a later attempt whether a file that is
/// not there was taken away or never came.
public struct DropFileConnector: Connector, Collecting {
  /// The name in the register.
  public static let kind = ConnectorKind("drop-file")

  /// Seconds until the confirmation is looked for the first time.
  public static let firstCheckSeconds: Int64 = 3_600

  /// Names under which something is kept in the vault for later attempts.
  enum Remembered {
    /// The time from which the file may appear.
    static let slot = "slot"
    /// The file is complete under its other name, and may have been renamed.
    static let written = "written"
    /// When it was seen under its own name, or seen to be taken.
    static let delivered = "delivered"
    /// The company's confirmation, as it was read.
    static let confirmation = "confirmation"
  }

  let settings: DropFileSettings
  let clock: any CivilClock
  private let folder: String
  private let server: SFTPServer?
  /// Asked anew for each call: a key may be replaced while the daemon runs. A function, so that nothing that prints the
  /// connector prints it.
  private let credential: @Sendable (String) -> [UInt8]?

  /// Checks place, columns and key; opens nothing and calls nobody.
  public init(settings: DropFileSettings, context: ConnectorContext) throws(SettingsProblem) {
    let system = "system \"\(context.record.system)\": "
    guard (settings.folder == nil) != (settings.sftp == nil) else {
      throw SettingsProblem(system + "name either folder or sftp")
    }
    let source = context.secrets
    credential = { name in source.secret(name) }
    let path = settings.folder ?? ""
    if settings.folder != nil {
      guard path.contains(where: { !$0.isWhitespace }), !path.utf8.contains(0) else {
        throw SettingsProblem(system + "folder is empty; name the folder that the company takes files from")
      }
    }
    folder = path.hasPrefix("/") ? path : context.folder + "/" + path
    if let sftp = settings.sftp {
      server = try Self.server(sftp, system)
      guard let key = source.secret(sftp.key) else {
        throw SettingsProblem(system + "no credential is named \"\(sftp.key)\"; create it")
      }
      if let problem = SSHPrivateKey.problem(in: key) {
        throw SettingsProblem(system + "credential \"\(sftp.key)\" \(problem)")
      }
    } else {
      server = nil
    }
    try Self.check(settings.columns, of: context.record, system)
    self.settings = settings
    clock = context.clock
  }

  private static func server(_ sftp: DropServer, _ system: String) throws(SettingsProblem) -> SFTPServer {
    let scheme = "sftp://"
    // Host and port are read as those of a web address, so that both mean the same.
    guard sftp.url.hasPrefix(scheme), let parts = URLParts("https://" + sftp.url.dropFirst(scheme.count)) else {
      throw SettingsProblem(system + "url is not sftp://host:port/folder/ without user and password")
    }
    let prefix = "SHA256:"
    // 32 bytes in Base64 without the filling sign, as ssh-keygen prints them.
    guard sftp.hostKey.hasPrefix(prefix), let hash = Base64.decode(sftp.hostKey.dropFirst(prefix.count) + "="),
      hash.count == 32
    else {
      throw SettingsProblem(
        system + "host-key is not SHA256: and 43 characters; take it from the server's operator (ssh-keygen -l)")
    }
    let written = sftp.url.dropFirst(scheme.count).prefix { $0 != "/" }
    let hasPort = written.last != "]" && written.contains(":")
    guard
      let server = SFTPServer(
        host: parts.host, port: hasPort ? parts.port : 22, folder: parts.target, user: sftp.user,
        hostKey: String(sftp.hostKey.dropFirst(prefix.count)), reachesPrivate: sftp.isInternal)
    else {
      throw SettingsProblem(
        system + "url must end in a folder of letters, digits, '.', '-' and '_', and in /; user has the same letters")
    }
    return server
  }

  /// Exactly the kinds that the plan says are sent, each in a column of its own.
  private static func check(
    _ columns: [DropColumn], of record: SystemRecord, _ system: String
  ) throws(SettingsProblem) {
    let names = columns.map(\.name)
    guard names.allSatisfy({ name in (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { $0 >= 0x20 } }),
      Set(names + DropFile.fixedColumns).count == names.count + DropFile.fixedColumns.count
    else {
      throw SettingsProblem(
        system + "columns have a name twice, an empty one, or one of \(DropFile.fixedColumns.joined(separator: ", "))")
    }
    let kinds = columns.map(\.kind)
    guard Set(kinds).count == kinds.count, Set(kinds) == Set(record.identifiers), !kinds.isEmpty else {
      throw SettingsProblem(
        system + "columns must hold each kind of identifiers once, and no other: "
          + record.identifiers.map(\.rawValue).joined(separator: ", "))
    }
  }

  /// Nothing: a company is told, never searched.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// Puts the file there when its time has come, unless it is there, was taken, or is answered already.
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    let file = try DropFile(order: order, settings: settings, clock: clock)
    if order.remembered[Remembered.delivered] != nil { return .handedOver(checkAfterSeconds: 0) }
    if let slot = try await slot(order, before), slot > clock.now() { return .waiting(until: slot) }
    let place = try place()
    if try await !hasArrived(file, order, in: place) {
      try await before.record(PreparedEffect(effects: []))
      // The last moment to stop: after the next step a file may be there.
      if Task.isCancelled { throw .interrupted }
      try await place.write(file.bytes, as: file.partName)
      try await before.remember("yes", as: Remembered.written)
      try await place.rename(file.partName, to: file.name)
    }
    try await before.remember(clock.now().description, as: Remembered.delivered)
    return .handedOver(checkAfterSeconds: Self.firstCheckSeconds)
  }

  /// The time from which the file may appear, as the first attempt reckoned it: a late attempt does not wait for another.
  private func slot(_ order: ErasureOrder, _ before: any EffectRecorder) async throws(ConnectorFailure) -> UTCTime? {
    guard let schedule = settings.schedule else { return nil }
    if let slot = order.remembered[Remembered.slot].flatMap({ UTCTime($0) }) { return slot }
    guard let slot = schedule.next(from: clock.now(), on: clock) else {
      throw .permanent(FailureCode("schedule-never-comes"))
    }
    try await before.remember(slot.description, as: Remembered.slot)
    return slot
  }

  /// Whether an earlier attempt came through. A file that the company has taken is not put there again.
  private func hasArrived(
    _ file: DropFile, _ order: ErasureOrder, in place: any DropPlace
  ) async throws(ConnectorFailure) -> Bool {
    if let found = try await place.read(file.name, most: file.bytes.count) {
      guard found == file.bytes else { throw Self.refused("another-file-there") }
      return true
    }
    let confirmation = DropFile.confirmationName(order.job)
    if try await place.read(confirmation, most: DropConfirmation.mostBytes) != nil { return true }
    guard order.remembered[Remembered.written] != nil else { return false }
    // It was complete under its other name. That is gone only by our renaming.
    return try await place.read(file.partName, most: file.bytes.count) == nil
  }

  func place() throws(ConnectorFailure) -> any DropPlace {
    guard let server, let name = settings.sftp?.key else { return FolderPlace(path: folder) }
    guard let key = credential(name), SSHPrivateKey.problem(in: key) == nil else {
      throw .transient(FailureCode("credential-unusable"), retryAfterSeconds: nil)
    }
    return ServerPlace(session: SFTPSession(server, key: key))
  }

  static func refused(_ detail: String) -> ConnectorFailure {
    .needsOfficer(Question(code: .refusedByRecipient, detail: FailureCode(detail)))
  }
}
