import ErasureDomain
import HTTPTypes
import OfficerAPI
import OfficerDesk

/// One request to the page: what it asks, and who asks.
struct PageVisit: Sendable {
  let page: OfficerPage
  /// The parts of the path that stand in braces.
  let parts: [String: String]
  let query: [String: String]
  let form: PageForm
  /// The secret of the session; nil for who is not logged in.
  let secret: String?
  let session: PageSession?
  let visitor: OfficerDesk.Visitor?
  let words: PageWords
  /// Where the request comes from, as the proxy says.
  let address: String
  /// The path with its query, to come back to.
  let target: String
  /// Whether somebody clicked; a page that follows live fetches its parts by itself.
  let isClick: Bool

  var desk: OfficerDesk { page.desk }

  /// A part of the path.
  func part(_ name: String) -> String { parts[name] ?? "" }

  /// Makes a call of the desk as the visitor.
  func call<C: OfficerCall>(_ call: C) async throws -> C.Answer {
    guard let visitor else { throw PageRefusal(.forbidden, words("problem.login")) }
    return try await desk.make(call, by: visitor.person)
  }

  /// Whether the visitor may make a call; what he may not is not offered to him.
  func may(_ call: String) -> Bool { visitor?.may(call) ?? false }

  /// Goes to a page, and says something there, once.
  func go(to path: String, saying notice: String? = nil) async -> PageAnswer {
    if let notice, let secret { await page.sessions.tell(notice, in: secret) }
    return .redirect(path)
  }

  /// Where the visitor sees a request: its page, its evidence or its plan; nil where none of them is his to see, or there yet.
  func requestPath(_ number: Int, state: String, stage: RequestStage?) -> String? {
    // What was closed may have ended before it had a plan.
    let hasPlan = stage == .signatures || ["in-erasure", "concluded", "withdrawn-partly"].contains(state)
    return requestPath(number, hasPlan: hasPlan)
  }

  /// The same where it is known whether there is a plan.
  func requestPath(_ number: Int, hasPlan: Bool) -> String? {
    let page = "/requests/\(number)"
    if may(ShowRequest.name) { return page }
    if may(ExportEvidence.name) { return page + "/evidence" }
    return hasPlan && may(ShowPlan.name) ? page + "/plan" : nil
  }

  /// Where one comes back to: this page, or the one above it where a form alone leads here.
  var here: String {
    var parts = target.prefix { $0 != "?" }.split(separator: "/")
    func isPage() -> Bool { PageRoutes.all.contains { $0.method == .get && $0.match(parts) != nil } }
    if isPage() { return target }
    while !parts.isEmpty, !isPage() { parts.removeLast() }
    return "/" + parts.joined(separator: "/")
  }

  // MARK: Words

  func day(_ day: CivilDate) -> String { words.day(day) }

  /// The local day and minute of an instant.
  func time(_ instant: UTCTime) -> String {
    let clock = desk.civilClock
    let day = clock.day(of: instant)
    return "\(words.day(day)) \(LocalTime(of: instant, on: clock))"
  }
}

extension PageVisit {
  /// An instant by which something must be done: the beginning of a day is the end of the day before.
  func deadline(_ instant: UTCTime) -> String {
    let clock = desk.civilClock
    let day = clock.day(of: instant)
    return instant == clock.start(of: day) ? words.day(day.adding(days: -1)) : time(instant)
  }
}

/// What clocks of the controller's place show at an instant.
struct LocalTime: CustomStringConvertible {
  let minute: Int

  init(of instant: UTCTime, on clock: any CivilClock) {
    let day = clock.day(of: instant)
    let most = 24 * 60 - 1
    let since = min(most, max(0, Int(instant.seconds(since: clock.start(of: day)) / 60)))
    // On the days on which clocks are set, the minutes since midnight are not what they show.
    let shown = DayTime(minute: since).map { clock.time($0, of: day) } ?? instant
    minute = min(most, max(0, since + Int(instant.seconds(since: shown) / 60)))
  }

  var description: String { DayTime(minute: minute).map(\.description) ?? "" }
}
