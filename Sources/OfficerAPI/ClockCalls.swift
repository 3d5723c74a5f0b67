public import ErasureDomain

/// Extends the first deadline by two further months: once, with a reason, on or before the first last day.
public struct ExtendDeadline: OfficerCall {
  public typealias Answer = RequestView
  public static let name = "request.extend"
  public var request: String
  public var reason: DeadlineExtended.Reason
  /// What the person is told; it goes to the vault.
  public var text: String
  public init(request: String, reason: DeadlineExtended.Reason, text: String) {
    self.request = request
    self.reason = reason
    self.text = text
  }
}

/// Records that the person was asked to prove who he is, today, for a reasonable doubt.
public struct AskIdentity: OfficerCall {
  public typealias Answer = RequestView
  public static let name = "request.ask-identity"
  public var request: String
  /// The step of the ladder that was asked for.
  public var method: IdentityMethod
  /// What the doubt is: a code such as `unknown-address`.
  public var doubt: String
  /// The doubt in words; it goes to the vault.
  public var text: String
  public init(request: String, method: IdentityMethod, doubt: String, text: String) {
    self.request = request
    self.method = method
    self.doubt = doubt
    self.text = text
  }
}

/// Records that the request had reached us earlier than was registered. Later is never accepted.
public struct CorrectReceipt: OfficerCall {
  public typealias Answer = RequestView
  public static let name = "request.receipt"
  public var request: String
  public var receivedAt: UTCTime
  /// Why: a code such as `other-department`.
  public var reason: String
  public init(request: String, receivedAt: UTCTime, reason: String) {
    self.request = request
    self.receivedAt = receivedAt
    self.reason = reason
  }
}

/// Records that the person was told something, and closes the reply clock alone.
public struct RecordReply: OfficerCall {
  public typealias Answer = RequestView
  public static let name = "request.reply"
  public var request: String
  public var on: CivilDate
  public var channel: String
  public init(request: String, on: CivilDate, channel: String) {
    self.request = request
    self.on = on
    self.channel = channel
  }
}
