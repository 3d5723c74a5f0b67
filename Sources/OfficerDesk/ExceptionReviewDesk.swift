import ConnectorKit
import ErasureDomain
import Journal
import OfficerAPI

// What stays by an exception is looked at again on its day, also when the request was closed long before.
extension OfficerDesk {
  /// Exceptions whose day has come, of one request or of all.
  func dueExceptions(of request: RequestReference? = nil) async throws -> [StandingException] {
    let today = clock.today
    return try await journal.read { reader in
      try (reader.log().exceptions ?? []).filter { standing in
        guard request == nil || standing.request == request, let from = standing.asksFrom, from <= today else {
          return false
        }
        // What was refused or withdrawn before anything was approved keeps nothing by an exception.
        switch try reader.request(standing.request)?.state {
        case .received, .refused, .withdrawn, nil: return false
        case .verified, .inErasure, .withdrawnPartly, .concluded, .closed, .ended: return true
        }
      }
    }
  }

  func exceptionTasks(of request: RequestReference? = nil) async throws -> [TaskView] {
    var views: [TaskView] = []
    for standing in try await dueExceptions(of: request) {
      if let view = try await view(of: standing) { views.append(view) }
    }
    return views
  }

  func view(of standing: StandingException) async throws -> TaskView? {
    guard let record = try await journal.read({ reader in try reader.request(standing.request) }) else { return nil }
    let question = Question(code: .exceptionDue)
    let day = standing.terms.day.map { "\($0)" } ?? ""
    return TaskView(
      task: standing.request.text, request: standing.request, number: record.number, system: standing.system,
      title: systems.record(standing.system)?.title, question: question, answers: question.answers,
      instruction:
        "It stayed on \(standing.terms.ground.rawValue), \(standing.terms.citation), until \(day). except, with new terms: "
        + "it still has to. accept: it was erased since, by a new request or by hand; nobody here has its key.",
      terms: standing.terms)
  }

  /// The officer's word about the exception of a request that is due; the first system first.
  func answer(exception request: RequestRecord, _ call: AnswerTask, _ caller: Caller) async throws {
    guard let standing = try await dueExceptions(of: request.request).first, let day = standing.terms.day else {
      throw Refusal(.refused, "no exception of request \(request.number) is due for a review")
    }
    guard caller.roles.contains(.officer) else {
      throw Refusal(.forbidden, "an officer decides whether an exception still stands")
    }
    var terms: ExceptionTerms?
    if call.answer == .except { terms = try await checked(call.terms, request.request) }
    try await append(
      ExceptionReviewed(about: standing.request, system: standing.system, day: day, terms: terms), about: .log,
      by: caller.id, expecting: nil)
  }

  func exceptionWarnings() async throws -> [String] {
    try await exceptionTasks().map { task in
      "request \(task.number): what stayed in \(task.system?.description ?? "") by an exception is to be looked at again: "
        + "expunge task show \(task.number)"
    }
  }
}
