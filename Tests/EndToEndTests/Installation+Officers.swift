import ErasureDomain
import Foundation

/// A job as `expunge job list` shows it.
struct JobLine: Sendable, CustomStringConvertible {
  var job: String
  var request: String
  var system: String
  var verb: String
  var state: String
  var next: UTCTime?
  var outcome: CanonicalJSON?

  init(_ json: CanonicalJSON) {
    job = json["job"]?.string ?? ""
    request = json["request"]?.string ?? ""
    system = json["system"]?.string ?? ""
    verb = json["verb"]?.string ?? ""
    state = json["state"]?.string ?? ""
    next = json["next"]?.string.flatMap { UTCTime($0) }
    outcome = json["outcome"]
  }

  /// Due now, and not a later date's.
  var isFollowUp: Bool { ["erase-kept", "confirm-expiry"].contains(verb) }
  var isSettled: Bool { outcome != nil }
  var description: String { "\(system) \(verb) \(state)" }
}

// What people do with `expunge`.
extension Installation {
  /// One call, with whatever end.
  func expunge(_ who: String?, _ arguments: String..., input: String = "/dev/null") async throws -> Said {
    try await expunge(who, arguments, input: input)
  }

  private func expunge(_ who: String?, _ arguments: [String], input: String) async throws -> Said {
    let asking = options.practice ? who.map { ["--as", $0] } ?? [] : []
    return try await run(
      Programs.path("expunge"), ["--socket", path("run/command.sock")] + asking + ["--json"] + arguments, input: input)
  }

  /// The answer of a call that must succeed.
  @discardableResult
  func answer(_ who: String, _ arguments: String..., input: String = "/dev/null") async throws -> CanonicalJSON {
    let said = try await expunge(who, arguments, input: input)
    guard said.succeeded else { throw TestProblem("expunge \(arguments.joined(separator: " ")): \(said)") }
    return try CanonicalJSON(decoding: Array(said.output.utf8.filter { $0 != 0x0A }))
  }

  /// Registers a request, establishes identity and has it planned; returns its number.
  func plan(for email: String, as who: String = "anna") async throws -> String {
    let form = beside("request.txt")
    let words = "channel: mail\ncapacity: customer\nemail: \(email)\ntext: Please erase everything you have on me.\n"
    try Data(words.utf8).write(to: URL(fileURLWithPath: form))
    let added = try await answer(who, "request", "add", "--from", form)
    try FileManager.default.removeItem(atPath: form)
    guard let number = added["number"]?.integer.map({ String($0) }) else { throw TestProblem("no number: \(added)") }
    try await answer(who, "request", "confirm", number, "--method", "known-channel", "--ground", "art17-1-b")
    try await passRecipients()
    let made = try await answer(who, "plan", number)
    guard made["plan"] != nil else { throw TestProblem("request \(number) was not planned: \(made)") }
    return number
  }

  func approve(_ number: String, as who: String) async throws -> Said {
    try await expunge(
      who, "approve", number, "--key", path("keys/\(who)"), "--principal", principal(who), "--yes")
  }

  /// Both officers sign.
  func approve(_ number: String) async throws {
    for who in ["bram", "chris"] {
      let said = try await approve(number, as: who)
      guard said.succeeded else { throw TestProblem("\(who) could not approve: \(said)") }
    }
  }

  /// The owner has looked long enough at the systems.
  func releaseSystems() async throws {
    for system in ["crm", "backoffice"] { try await answer("dora", "system", "release", system) }
  }

  /// Every company has passed the test of its contract.
  func passRecipients() async throws {
    for company in try await answer("bram", "recipient", "list").array ?? [] where company["state"]?.string != "passed"
    {
      try await answer("bram", "recipient", "test", company["system"]?.string ?? "")
    }
  }

  func jobs(of number: String) async throws -> [JobLine] {
    (try await answer("bram", "job", "list", number).array ?? []).map(JobLine.init)
  }

  func requestState(_ number: String) async throws -> String {
    let all = try await answer("bram", "request", "list", "--all").array ?? []
    return all.first { $0["number"]?.integer.map { String($0) } == number }?["state"]?.string ?? ""
  }

  /// The kinds of the request's entries.
  func history(of number: String) async throws -> [String] {
    let history = try await answer("bram", "request", "show", number)["history"]?.array ?? []
    return history.compactMap { $0["kind"]?.string }
  }

  /// Moves the practice calendar, so that a wait is over.
  func moveCalendar(seconds: Int64) async throws {
    try await answer("bram", "calendar", "--seconds", "\(seconds)")
  }

  func moveCalendar(to day: CivilDate) async throws {
    try await answer("bram", "calendar", "--to", "\(day)")
  }

  /// Waits for jobs. The calendar moves a little now and then: nobody waits for back-offs. In all it moves less than
  /// the five minutes after which a company no longer believes the time of a signature.
  func untilJobs(
    of numbers: [String], _ what: String, moves: Int = 10, _ isSo: ([JobLine]) -> Bool
  ) async throws {
    var left = moves
    for number in numbers {
      var asked = 0
      var seen: [JobLine] = []
      try await until("\(what), request \(number): \(seen)", everyMilliseconds: 50) {
        let jobs = try await self.jobs(of: number)
        seen = jobs
        if isSo(jobs) { return true }
        asked += 1
        let waits = jobs.contains { ["waiting-to-retry", "awaiting-recipient"].contains($0.state) }
        if waits, asked % 8 == 0, left > 0 {
          left -= 1
          try await self.moveCalendar(seconds: 10)
        }
        return false
      }
    }
  }
}
