public import ErasureDomain

/// The systems in which we erase, and what their owners allow.
public struct ListSystems: OfficerCall {
  public typealias Answer = [SystemView]
  public static let name = "system.list"
  /// Whether the jobs that wait in each are counted; they are when absent.
  public var counting: Bool?
  public init(counting: Bool? = nil) { self.counting = counting }
}

/// The owner of a system lets it be changed, as the register describes it now. Nobody else may.
public struct ReleaseSystem: OfficerCall {
  public typealias Answer = SystemView
  public static let name = "system.release"
  public var system: String
  public init(system: String) { self.system = system }
}

/// The owner of a system, or an officer, stops every change in it at once.
public struct StopSystem: OfficerCall {
  public typealias Answer = SystemView
  public static let name = "system.stop"
  public var system: String
  public init(system: String) { self.system = system }
}

/// A system in which we erase.
public struct SystemView: Codable, Hashable, Sendable {
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Nobody released it yet.
    case lookOnly = "look-only"
    /// It was released, and the register describes it otherwise by now: it is looked at only.
    case changed
    case released
    case stopped
  }

  public var system: SystemName
  public var title: String
  public var role: SystemRole
  /// Who answers for it, as the register says.
  public var owner: String
  /// People who may release it.
  public var owners: [String]
  public var state: State
  /// Who spoke last about it, and when; nothing where nobody did.
  public var by: String?
  public var at: UTCTime?
  /// Jobs that would change it now, if they may.
  public var waiting: Int
  /// When its rows may be erased, in words; nothing for any time.
  public var hours: String?
  public init(
    system: SystemName, title: String, role: SystemRole, owner: String, owners: [String], state: State,
    by: String? = nil, at: UTCTime? = nil, waiting: Int, hours: String? = nil
  ) {
    self.system = system
    self.title = title
    self.role = role
    self.owner = owner
    self.owners = owners
    self.state = state
    self.by = by
    self.at = at
    self.waiting = waiting
    self.hours = hours
  }
}
