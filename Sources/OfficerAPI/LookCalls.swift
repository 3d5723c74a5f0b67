public import ErasureDomain

/// Searches the systems of a request with its identifiers, to see whether the person can be identified at all.
///
/// Counts alone come back, nothing is kept but that somebody looked.
public struct LookForPerson: OfficerCall {
  public typealias Answer = PersonLooked
  public static let name = "request.look"
  public var request: String
  public init(request: String) { self.request = request }
}

/// What a look saw, in numbers.
public struct PersonLooked: Codable, Hashable, Sendable {
  public var number: Int
  public var systems: [System]

  /// Records that belong to the identifiers in one system.
  public struct System: Codable, Hashable, Sendable {
    public var system: SystemName
    public var records: Int
    public init(system: SystemName, records: Int) {
      self.system = system
      self.records = records
    }
  }

  public init(number: Int, systems: [System]) {
    self.number = number
    self.systems = systems
  }
}
