public import ErasureDomain

/// What a connector is given besides its settings.
public struct ConnectorContext: Sendable {
  public let record: SystemRecord
  /// Retention rules by id, for datasets that keep rows.
  public let retention: [String: RetentionRule]
  public let clock: any CivilClock
  public let random: any RandomSource
  /// Where relative paths of settings start: the folder of the register.
  public let folder: String
  /// Systems whose backup sets this one looks after.
  public let copiesOf: [SystemName]
  public let secrets: any SecretSource
  /// Where companies reach us, an absolute URL without a slash at its end; nil where nobody listens for them.
  public let publicURL: String?

  public init(
    record: SystemRecord, retention: [String: RetentionRule], clock: any CivilClock, random: any RandomSource,
    folder: String, copiesOf: [SystemName], secrets: any SecretSource, publicURL: String? = nil
  ) {
    self.record = record
    self.retention = retention
    self.clock = clock
    self.random = random
    self.folder = folder
    self.copiesOf = copiesOf
    self.secrets = secrets
    self.publicURL = publicURL
  }

  /// Where a company calls about a job; nil where nobody listens.
  public func callbackURL(of job: JobReference) -> String? { publicURL.map { "\($0)/v1/callbacks/\(job)" } }
}

/// Secrets by credential name; they never stand in the register.
public protocol SecretSource: Sendable {
  /// The secret, or nothing when no credential has that name.
  func secret(_ name: String) -> [UInt8]?
}

/// The kinds of connectors this program knows, each with the way to make one from a system's record.
public struct ConnectorRegistry: Sendable {
  // A result and not a typed throw: the compiler (6.3.1) crashes on a closure that throws a type and is generic.
  private typealias Make = @Sendable (ConnectorContext) -> Result<any Connector, SettingsProblem>

  private var makers: [ConnectorKind: Make] = [:]

  public init() {}

  public var kinds: [ConnectorKind] { makers.keys.sorted { $0.rawValue < $1.rawValue } }

  /// Adds a kind whose initialiser is all it needs.
  public mutating func add<C: Connector>(_ type: C.Type) {
    add(type) { settings, context in try C(settings: settings, context: context) }
  }

  /// Adds a kind that shares something of the process (an HTTP loop) which `make` captures.
  public mutating func add<C: Connector>(
    _ type: C.Type, make: @escaping @Sendable (C.Settings, ConnectorContext) throws -> C
  ) {
    makers[C.kind] = { context in
      do {
        let settings = try CanonicalJSON.decode(C.Settings.self, from: context.record.settings)
        return .success(try make(settings, context))
      } catch let problem as SettingsProblem {
        return .failure(problem)
      } catch {
        return .failure(SettingsProblem("system \"\(context.record.system)\": settings of \(C.kind): \(error)"))
      }
    }
  }

  /// The connector of a system, its settings checked.
  public func connector(for context: ConnectorContext) throws(SettingsProblem) -> any Connector {
    guard let make = makers[ConnectorKind(context.record.connector)] else {
      let known = kinds.map(\.rawValue).joined(separator: ", ")
      throw SettingsProblem(
        "system \"\(context.record.system)\": connector \"\(context.record.connector)\" is unknown; use one of "
          + known)
    }
    return try make(context).get()
  }
}
