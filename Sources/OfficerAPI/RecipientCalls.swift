public import ErasureDomain

/// The companies that are told by a wire contract, and whether they have passed its test.
public struct ListRecipients: OfficerCall {
  public typealias Answer = [RecipientView]
  public static let name = "recipient.list"
  public init() {}
}

/// Walks a company's endpoint through its whole contract, with a person who does not exist.
public struct TestRecipient: OfficerCall {
  public typealias Answer = RecipientTested
  public static let name = "recipient.test"
  /// How long a final answer is waited for when nothing is said, and at most, in seconds.
  public static let usualSeconds = 120
  public static let mostSeconds = 480

  public var system: String
  public var seconds: Int?
  public init(system: String, seconds: Int? = nil) {
    self.system = system
    self.seconds = seconds
  }
}

/// A company that is told by a wire contract.
public struct RecipientView: Codable, Hashable, Sendable {
  public enum State: String, Codable, Sendable, CaseIterable {
    /// No plan can tell it.
    case untested
    /// It passed, and the register describes it otherwise by now: no plan can tell it until it passes again.
    case changed
    case passed
  }

  public var system: SystemName
  public var title: String
  public var role: SystemRole
  public var owner: String
  public var contract: String
  public var state: State
  /// When it passed last.
  public var at: UTCTime?

  public init(
    system: SystemName, title: String, role: SystemRole, owner: String, contract: String, state: State,
    at: UTCTime? = nil
  ) {
    self.system = system
    self.title = title
    self.role = role
    self.owner = owner
    self.contract = contract
    self.state = state
    self.at = at
  }
}

/// What the walk through a contract has shown.
public struct RecipientTested: Codable, Hashable, Sendable {
  public var recipient: RecipientView
  public var checks: [RecipientCheck]

  public init(recipient: RecipientView, checks: [RecipientCheck]) {
    self.recipient = recipient
    self.checks = checks
  }

  public var isPassed: Bool { checks.isPassed }
}

extension [RecipientCheck] {
  /// Whether nothing failed and everything was tried.
  public var isPassed: Bool {
    !isEmpty && allSatisfy { $0.result == .passed || $0.result == .notApplicable }
  }
}
