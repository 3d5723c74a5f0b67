import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge watch`.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Follows the log as it grows.",
    discussion: """
      With a request it begins at the request's first entry, without one at the present. Ends when interrupted, or \
      with --until-settled when every job due now is settled, waits for a person, or waits for a company or the \
      hours of a system longer than ten minutes.

      Example: expunge watch 1 --until-settled
      """)

  /// Seconds of one long poll; the daemon waits 30 at most.
  static let pollSeconds = 20
  /// A company that is asked again later than this is not waited for.
  static let patienceSeconds: Int64 = 600

  @Argument(help: "Number or reference of a request.")
  var request: String?

  @Flag(help: "Stop when the request's jobs due now are settled or wait for somebody.")
  var untilSettled = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if untilSettled, request == nil { throw ValidationError("--until-settled needs a request") }
  }

  func run() async throws {
    let client = connection.client
    var next: Int64 = request == nil ? try await client.call(ShowStatus()).logSize : 0
    while true {
      let call = WatchLog(request: request, from: next, waitSeconds: Self.pollSeconds)
      let watched = try await client.call(call)
      for line in watched.lines {
        if connection.json { try Output.current.json(line) } else { Output.current.show(HistoryText.line(line)) }
      }
      next = max(next, watched.next)
      guard untilSettled, let request else { continue }
      let jobs = try await client.call(ListJobs(request: request, limit: 1_000))
      let now = try await client.call(ShowStatus()).now
      if let end = Self.end(of: jobs, at: now) {
        Output.current.show(end, on: .note)
        return
      }
    }
  }

  /// Why there is nothing more to wait for; nil while something goes on by itself.
  static func end(of jobs: [JobView], at now: UTCTime) -> String? {
    let open = jobs.filter { !$0.verb.isFollowUp && $0.outcome == nil }
    guard !jobs.isEmpty else { return "There are no jobs yet: the plan waits for signatures." }
    guard !open.isEmpty else { return "Every job due now is settled." }
    let owners = open.filter { $0.waitsFor == .owner }
    let people = open.filter { $0.held || $0.question != nil || $0.state == "failed" }
    let companies = open.filter { job in
      job.state == "awaiting-recipient" && (job.next ?? now) > now.adding(seconds: patienceSeconds)
    }
    // What is blocked waits with those; everything else goes on by itself.
    let closed = open.filter { $0.waitsFor == .hours && ($0.next ?? now) > now.adding(seconds: patienceSeconds) }
    let holds = open.filter { $0.waitsFor == .hold && !people.contains($0) }
    let waiting = holds + owners + people + companies + closed
    guard !waiting.isEmpty, open.allSatisfy({ waiting.contains($0) || $0.state == "blocked" }) else { return nil }
    var words: [String] = []
    if !people.isEmpty {
      words.append(PlanWords.count(people.count, "job waits", "jobs wait") + " for a person: see expunge task list.")
    }
    if !owners.isEmpty {
      words.append(
        PlanWords.count(owners.count, "job waits", "jobs wait") + " for a system's owner: see expunge system list.")
    }
    if !holds.isEmpty {
      words.append(PlanWords.count(holds.count, "job is", "jobs are") + " on hold: see expunge hold list.")
    }
    if !closed.isEmpty {
      words.append(PlanWords.count(closed.count, "job waits", "jobs wait") + " for the hours of a system.")
    }
    if !companies.isEmpty {
      words.append(PlanWords.count(companies.count, "job waits", "jobs wait") + " for a company to answer.")
    }
    return words.joined(separator: " ")
  }
}
