public import ErasureDomain

/// Whether what is configured is what is in force, and what differs.
public struct ShowConfiguration: OfficerCall {
  public typealias Answer = ConfigurationView
  public static let name = "configuration.show"
  public init() {}
}

/// The text of one change, to be signed by two officers who are so already; nothing is recorded by it.
public struct PrepareChange: OfficerCall {
  public typealias Answer = ChangePrepared
  public static let name = "configuration.prepare"
  public var part: ConfigurationPart
  public init(part: ConfigurationPart) { self.part = part }
}

public struct ChangePrepared: Codable, Hashable, Sendable {
  public var text: String
  public var change: ChangeView
  public init(text: String, change: ChangeView) {
    self.text = text
    self.change = change
  }
}

/// One signature of a change; the second makes it take effect.
public struct SubmitChange: OfficerCall {
  public typealias Answer = ChangeView
  public static let name = "configuration.submit"
  public var text: String
  public var signature: String
  public var principal: String
  public init(text: String, signature: String, principal: String) {
    self.text = text
    self.signature = signature
    self.principal = principal
  }
}

/// What is in force and what is configured.
public struct ConfigurationView: Codable, Hashable, Sendable {
  /// The digests in force, by part.
  public var inForce: [ConfigurationPart: ContentDigest]
  /// What is configured and not in force; none when all is as it should be.
  public var changes: [ChangeView]
  public init(inForce: [ConfigurationPart: ContentDigest], changes: [ChangeView]) {
    self.inForce = inForce
    self.changes = changes
  }
}

/// One change, in words.
public struct ChangeView: Codable, Hashable, Sendable {
  public var part: ConfigurationPart
  public var old: ContentDigest
  public var new: ContentDigest
  /// What is added, removed and changed, a sentence each.
  public var words: [String]
  /// Why nobody can sign it; nil when two officers can.
  public var problem: String?
  public var signedBy: [String]
  public var needed: Int
  /// It took effect.
  public var isInForce: Bool
  public init(
    part: ConfigurationPart, old: ContentDigest, new: ContentDigest, words: [String], problem: String?,
    signedBy: [String], needed: Int, isInForce: Bool
  ) {
    self.part = part
    self.old = old
    self.new = new
    self.words = words
    self.problem = problem
    self.signedBy = signedBy
    self.needed = needed
    self.isInForce = isInForce
  }
}
