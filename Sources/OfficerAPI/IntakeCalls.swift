public import ErasureDomain

/// Gives a request further identifiers, until its plan is approved. A proposal that was made without them falls.
public struct AddIdentifiers: OfficerCall {
  public typealias Answer = RequestView
  public static let name = "request.identifiers"
  public var request: String
  public var identifiers: [SubjectIdentifier]
  public init(request: String, identifiers: [SubjectIdentifier]) {
    self.request = request
    self.identifiers = identifiers
  }
}

/// Says that two requests are of the same person. Each keeps its own clocks.
public struct LinkRequests: OfficerCall {
  public typealias Answer = RequestView
  public static let name = "request.link"
  public var request: String
  public var other: String
  public init(request: String, other: String) {
    self.request = request
    self.other = other
  }
}
