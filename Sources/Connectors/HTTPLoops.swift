public import HTTPTransport

/// The two HTTP loops of the process. They share no connection, so a kept one cannot carry a request past the guard.
public struct HTTPLoops: Sendable {
  /// Dials only addresses of the public internet: for addresses that another company gave us.
  public let publicOnly: HTTPLoop
  /// Dials private and loopback addresses too: for systems that the register calls internal.
  public let privateToo: HTTPLoop

  /// Takes its parts.
  public init(publicOnly: HTTPLoop, privateToo: HTTPLoop) {
    self.publicOnly = publicOnly
    self.privateToo = privateToo
  }
}
