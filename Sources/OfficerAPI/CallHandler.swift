/// Who is at the other end of the command socket, as the kernel says.
public struct PeerCredentials: Hashable, Sendable {
  public let processID: Int32
  public let userID: UInt32
  public let groupID: UInt32
  /// All groups of the process (`SO_PEERGROUPS`).
  public let groups: [UInt32]

  public init(processID: Int32, userID: UInt32, groupID: UInt32, groups: [UInt32]) {
    self.processID = processID
    self.userID = userID
    self.groupID = groupID
    self.groups = groups
  }
}

/// Answers calls; a listener brings them, and knows nothing about them.
public protocol CallHandler: Sendable {
  /// `person` is the name the caller gives in practice mode.
  func answer(call name: String, body: [UInt8], from peer: PeerCredentials, as person: String?) async -> CallReply
}

/// What goes back: canonical JSON, or a `Refusal` as `application/problem+json`.
public struct CallReply: Sendable {
  public let status: Int
  public let body: [UInt8]

  public init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }
}
