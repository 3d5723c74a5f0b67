public import ErasureDomain
import Hummingbird
public import Logging
public import OfficerDesk

/// The officer's page: the desk in a browser. No rule about people or decisions lives here.
public struct OfficerPage: Sendable {
  /// What the configuration says of it.
  public struct Settings: Sendable {
    /// Where a proxy finds it.
    public var listen: RecipientListener.Address
    /// Under which address browsers find it: `https://host[:port]`, or `http://localhost[:port]` on this machine alone.
    public var url: String
    /// A plan with more rows than these is approved with the command line.
    public var mostRowsToSign: Int

    public init(listen: RecipientListener.Address, url: String, mostRowsToSign: Int) {
      self.listen = listen
      self.url = url
      self.mostRowsToSign = mostRowsToSign
    }

    /// The host alone, which passkeys are bound to (WebAuthn's RP id).
    public var host: String {
      let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
      return String(rest.prefix { $0 != ":" && $0 != "/" })
    }
  }

  /// Connections at the same time; further ones wait in the kernel's queue.
  static let mostConnections = 256
  /// Seconds without a byte after which a connection is closed.
  static let idleSeconds: Int64 = 60

  let desk: OfficerDesk
  let settings: Settings
  let files: PageFiles
  let sessions: PageSessions
  let challenges: LoginChallenges
  let limit: AttemptLimit
  let logger: Logger
  private let listening: @Sendable () -> Void

  /// A page that is not served yet. `listening` is called once, when it is.
  public init(
    desk: OfficerDesk, settings: Settings, random: any RandomSource, logger: Logger,
    listening: @escaping @Sendable () -> Void = {}
  ) throws {
    self.desk = desk
    self.settings = settings
    files = try PageFiles()
    let clock = desk.civilClock
    sessions = PageSessions(clock: clock, random: random)
    challenges = LoginChallenges(clock: clock, random: random)
    limit = AttemptLimit(clock: clock)
    self.logger = logger
    self.listening = listening
  }

  /// The session that a secret opens, and whom it lets in now; nil when there is none, it is over, or the key that it
  /// began with lets nobody in any more.
  func open(_ secret: String, isClick: Bool) async -> (session: PageSession, visitor: OfficerDesk.Visitor)? {
    guard let session = await sessions.find(secret, isClick: isClick) else { return nil }
    do {
      if let visitor = try await desk.visitor(session.login) { return (session, visitor) }
      logger.notice("a session ended with its key or its person's entry")
    } catch {
      // Who cannot be judged now may be let in again when the list reads again.
      logger.error("sessions are not judged: allowed_signers is not there")
      return nil
    }
    await sessions.end(secret)
    return nil
  }

  /// Serves it until the task is cancelled.
  public func run() async throws(ListenerProblem) {
    let service = HTTPService(
      address: try settings.listen.bindAddress(), name: "the address \(settings.listen) of the page",
      responder: PageResponder(page: self), mostConnections: Self.mostConnections, idleSeconds: Self.idleSeconds,
      grace: .seconds(2), logger: logger)
    let (address, listening) = (settings.listen, listening)
    try await service.run { () throws(ListenerProblem) in
      try address.open()
      listening()
    }
    address.remove()
  }
}
