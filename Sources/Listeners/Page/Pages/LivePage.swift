import ErasureDomain
import OfficerAPI
import OfficerDesk

// Following live: the server says that something happened, and the page fetches anew what shows it.
extension PageRoutes {
  static let live: [PageRoute] = [
    .get("/live", .call(WatchLog.name)) { visit in
      let request = visit.query["request"]
      let size = try await visit.desk.logSize()
      let from = min(max(0, visit.query["from"].flatMap { Int64($0) } ?? size), size)
      // Whom it does not concern hears it now, and not in a stream.
      if let request { _ = try await visit.call(WatchLog(request: request, from: from, waitSeconds: 0)) }
      return .events { writer in try await follow(request, from: from, visit, writer) }
    }
  ]

  private static func follow(
    _ request: String?, from: Int64, _ visit: PageVisit, _ writer: any PageEventWriter
  ) async throws {
    guard let secret = visit.secret, await visit.page.sessions.enterStream(secret) else {
      return try await writer.send(event: "over", data: visit.words("live.many"))
    }
    let loop = LiveLoop(
      words: visit.words, clock: visit.desk.civilClock,
      isOpen: {
        await visit.page.open(secret, isClick: false)?.visitor.may(WatchLog.name) ?? false
      },
      watch: { from in
        try await visit.call(WatchLog(request: request, from: from, waitSeconds: LiveLoop.waitSeconds))
      })
    do { try await loop.run(from: from, to: writer) } catch {
      await visit.page.sessions.leaveStream(secret)
      throw error
    }
    await visit.page.sessions.leaveStream(secret)
  }
}

/// One page that follows the log, until its visitor leaves, his session is over, or the daemon stops.
struct LiveLoop: Sendable {
  /// One long poll; shorter than a connection may be idle, so that something is sent before.
  static let waitSeconds = 20
  /// Between two events: what happens meanwhile is one event.
  static let pauseSeconds: Int64 = 1

  let words: PageWords
  let clock: any CivilClock
  /// Whether the visitor's session still holds.
  let isOpen: @Sendable () async -> Bool
  /// New entries from an index on, or none when the time of the poll is over.
  let watch: @Sendable (Int64) async throws -> Watched

  func run(from first: Int64, to writer: any PageEventWriter) async throws {
    var next = first
    // The browser hears at once that the stream stands.
    try await writer.keepAlive()
    while await isOpen() {
      let watched = try await watch(next)
      next = max(next, watched.next)
      guard !watched.lines.isEmpty else {
        try await writer.keepAlive()
        continue
      }
      try await writer.send(event: "changed", data: sentence(for: watched.lines))
      try await clock.wait(until: clock.now().adding(seconds: Self.pauseSeconds))
    }
    try await writer.send(event: "over", data: words("live.over"))
  }

  /// The newest thing that has words, in a few of them; never a person.
  func sentence(for lines: [HistoryLine]) -> String {
    for line in lines.reversed() {
      let word = "live-entry." + line.kind
      if words.has(word) { return words(word, line.system?.description ?? words("live.somewhere")) }
    }
    return words("live.something")
  }
}
