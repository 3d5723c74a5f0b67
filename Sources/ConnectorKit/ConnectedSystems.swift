public import ErasureDomain

/// The systems of the register with their connectors, made once at start.
public struct ConnectedSystems: Sendable {
  private let connectors: [SystemName: any Connector]
  /// The systems in the register's order.
  public let records: [SystemRecord]

  public init(records: [SystemRecord], connectors: [SystemName: any Connector]) {
    self.records = records
    self.connectors = connectors
  }

  /// Makes every connector; the first that cannot work with its settings is the error.
  public init(
    records: [SystemRecord], registry: ConnectorRegistry,
    context: (SystemRecord) -> ConnectorContext
  ) throws(SettingsProblem) {
    var connectors: [SystemName: any Connector] = [:]
    for record in records { connectors[record.system] = try registry.connector(for: context(record)) }
    self.init(records: records, connectors: connectors)
  }

  public func record(_ system: SystemName) -> SystemRecord? { records.first { $0.system == system } }

  /// The connector, or a permanent failure when the register no longer names the system.
  public func connector(_ system: SystemName) throws(ConnectorFailure) -> any Connector {
    guard let connector = connectors[system] else { throw .permanent(FailureCode("system-not-in-register")) }
    return connector
  }
}
