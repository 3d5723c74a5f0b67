import ErasureDomain
import Journal
import OfficerAPI

// The list of everything that waits for a person, page by page: each part of it is read from an index, from where the page before
// ended.
extension OfficerDesk {
  static let mostTasks = 1_000

  /// A place in the list. Its parts follow each other in this order.
  private enum TaskPlace: Comparable {
    case job(JobPlace)
    /// The request's place, and which of its questions.
    case request(workTo: CivilDate, number: Int, question: Int)
    /// Findings of later looks, then exceptions that are due.
    case later(Int)

    struct JobPlace: Comparable {
      let position: JobPosition
      static func < (one: Self, other: Self) -> Bool {
        (one.position.at, one.position.job) < (other.position.at, other.position.job)
      }
    }

    /// Nil for what is no place: the list then begins at its beginning.
    init?(_ text: String) {
      let parts = text.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
      switch (parts.first, parts.count) {
      case ("later", 2):
        guard let number = Int(parts[1]) else { return nil }
        self = .later(number)
      case ("request", 4):
        guard let day = CivilDate(parts[1]), let number = Int(parts[2]), let question = Int(parts[3]),
          (1..<Int.max).contains(number)
        else { return nil }
        self = .request(workTo: day, number: number, question: question)
      default:
        guard let position = JobPosition(text) else { return nil }
        self = .job(JobPlace(position: position))
      }
    }

    var text: String {
      switch self {
      case .job(let place): place.position.text
      case .request(let day, let number, let question): "request_\(day)_\(number)_\(question)"
      case .later(let number): "later_\(number)"
      }
    }
  }

  private enum TaskPart { case jobs, requests, later }

  private typealias Placed = (place: TaskPlace, view: TaskView)

  func tasks(_ call: ListTasks) async throws -> [TaskView] {
    let limit = min(max(1, call.limit), Self.mostTasks)
    let backwards = call.backwards ?? false
    let from = call.from.flatMap { TaskPlace($0) }
    var found: [Placed] = []
    let parts: [TaskPart] = [.jobs, .requests, .later]
    for part in backwards ? parts.reversed() : parts where found.count < limit {
      let room = limit - found.count
      let some =
        switch part {
        case .jobs: try await jobTasks(from, backwards, room)
        case .requests: try await requestTasks(from, backwards, room)
        case .later: try await laterTasks(from, backwards, room)
        }
      found = backwards ? some + found : found + some
    }
    return found.map { placed in
      var view = placed.view
      view.place = placed.place.text
      return view
    }
  }

  private func jobTasks(_ from: TaskPlace?, _ backwards: Bool, _ limit: Int) async throws -> [Placed] {
    var position: JobPosition?
    switch from {
    case .job(let place): position = place.position
    case .request, .later: if !backwards { return [] }
    case nil: break
    }
    let (start, jobs) = (position, JobSelection.waitingForPerson)
    let records = try await journal.read { reader in
      try reader.jobs(jobs, from: start, backwards: backwards, limit: limit)
    }
    var found: [Placed] = []
    for record in records {
      let place = TaskPlace.job(TaskPlace.JobPlace(position: JobPosition(of: record, in: jobs)))
      found.append((place, try await view(ofTask: record, withIdentifiers: false)))
    }
    return found
  }

  private func requestTasks(_ from: TaskPlace?, _ backwards: Bool, _ limit: Int) async throws -> [Placed] {
    var position: RequestPosition?
    switch from {
    case .job: if backwards { return [] }
    case .later: if !backwards { return [] }
    // The request itself may have further questions.
    case .request(let day, let number, _):
      position = RequestPosition(workTo: day, number: number + (backwards ? 1 : -1))
    case nil: break
    }
    let start = position
    let records = try await journal.read { reader in
      try reader.requests(.open([.questions]), in: nil, from: start, backwards: backwards, limit: limit + 1)
    }
    var found: [Placed] = []
    for record in records {
      guard let day = record.workToWhileOpen else { continue }
      for (question, view) in try await views(ofRequest: record, withIdentifiers: false).enumerated() {
        found.append((.request(workTo: day, number: record.number, question: question), view))
      }
    }
    return Self.page(of: found, from, backwards, limit)
  }

  private func laterTasks(_ from: TaskPlace?, _ backwards: Bool, _ limit: Int) async throws -> [Placed] {
    // What waits of these is in the log's own record, which is read as a whole.
    let (findings, exceptions) = (try await openReprobes(), try await dueExceptions())
    let all = (0..<findings.count + exceptions.count).map { TaskPlace.later($0) }
    let shown = Self.page(of: all.map { (place: $0, view: ()) }, from, backwards, limit)
    var found: [Placed] = []
    for (place, _) in shown {
      guard case .later(let number) = place else { continue }
      let view =
        number < findings.count
        ? try await view(of: findings[number]) : try await view(of: exceptions[number - findings.count])
      if let view { found.append((place, view)) }
    }
    return found
  }

  private static func page<View>(
    of all: [(place: TaskPlace, view: View)], _ from: TaskPlace?, _ backwards: Bool, _ limit: Int
  ) -> [(place: TaskPlace, view: View)] {
    let rest = all.filter { one in from.map { backwards ? one.place < $0 : one.place > $0 } ?? true }
    return Array(backwards ? rest.suffix(limit) : rest.prefix(limit))
  }
}
