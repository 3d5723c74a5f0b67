import ErasureDomain
import OfficerDesk

/// One person's visit, from passkey to leaving.
struct PageSession: Sendable {
  /// Who came in, and with what; whether it still lets him in is asked at each step.
  let login: OfficerDesk.Login
  /// What every form of this session carries: a page of somebody else cannot know it.
  let formToken: String
  let began: UTCTime
  var lastSeen: UTCTime
  /// Said once, on the next page.
  var notice: String?
  /// Pages that follow live at this moment.
  var streams = 0
}

/// Who is here. In memory: after a restart of the daemon everybody shows his passkey again.
actor PageSessions {
  /// Seconds without a click after which a session is over.
  static let idleSeconds: Int64 = 30 * 60
  /// Seconds after which it is over in any case.
  static let longestSeconds: Int64 = 10 * 3_600
  /// Sessions at the same time; the one that was idle longest makes room.
  static let most = 500
  /// Pages that follow live, for one session.
  static let mostStreams = 4

  private let clock: any CivilClock
  private let random: any RandomSource
  private var sessions: [String: PageSession] = [:]

  init(clock: any CivilClock, random: any RandomSource) {
    self.clock = clock
    self.random = random
  }

  /// A new session; returns its secret, 256 random bits.
  func begin(with login: OfficerDesk.Login) -> String {
    let now = clock.now()
    sessions = sessions.filter { !Self.isOver($0.value, at: now) }
    if sessions.count >= Self.most, let idle = sessions.min(by: { $0.value.lastSeen < $1.value.lastSeen }) {
      sessions[idle.key] = nil
    }
    let secret = Hex.encode(random.bytes(32))
    sessions[secret] = PageSession(
      login: login, formToken: Hex.encode(random.bytes(32)), began: now, lastSeen: now)
    return secret
  }

  /// The session that a secret opens; nil when there is none, or it is over. A click keeps it open.
  func find(_ secret: String, isClick: Bool = true) -> PageSession? {
    guard var session = sessions[secret] else { return nil }
    let now = clock.now()
    guard !Self.isOver(session, at: now) else {
      sessions[secret] = nil
      return nil
    }
    if isClick { session.lastSeen = now }
    sessions[secret] = session
    return session
  }

  func end(_ secret: String) { sessions[secret] = nil }

  func tell(_ notice: String, in secret: String) { sessions[secret]?.notice = notice }

  /// What is to be said, once.
  func takeNotice(of secret: String) -> String? {
    defer { sessions[secret]?.notice = nil }
    return sessions[secret]?.notice
  }

  /// Whether another page may follow live.
  func enterStream(_ secret: String) -> Bool {
    guard let session = sessions[secret], session.streams < Self.mostStreams else { return false }
    sessions[secret]?.streams += 1
    return true
  }

  func leaveStream(_ secret: String) { sessions[secret]?.streams -= 1 }

  private static func isOver(_ session: PageSession, at now: UTCTime) -> Bool {
    now.seconds(since: session.lastSeen) >= idleSeconds || now.seconds(since: session.began) >= longestSeconds
  }
}
