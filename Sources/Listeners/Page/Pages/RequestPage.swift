import ErasureDomain
import OfficerAPI
import OfficerDesk

/// A request on a page of its own.
struct RequestPage: Sendable {
  struct Clock: Sendable {
    let name: String
    let day: String?
    let why: String
  }

  struct Found: Sendable {
    let ordinal: Int
    let kind: String
    let value: String
    let system: String
    let reason: String
    let isTicked: Bool
  }

  struct Count: Sendable {
    let number: String
    let state: PageState
  }

  struct Line: Sendable {
    let at: String
    let instant: String
    let what: String
    let system: String?
    let by: String?
    let detail: String?
    let english: String?
  }

  struct Note: Sendable {
    let heading: String
    /// What somebody wrote, as he wrote it.
    let written: String?
    /// What the desk says, line by line.
    let lines: [PageProblem.Line]
  }

  /// Lines of the history on one page.
  static let linesOnPage = 40

  let number: Int
  let state: PageState
  let next: RequestNext?
  let keepsPerson: Bool
  let facts: [PageFact]
  let clocks: [Clock]
  let replyWords: String
  let erasureWords: String
  let hasVault: Bool
  let identifiers: [PageFact]
  let ownWords: String?
  let contact: String?
  let found: [Found]
  let foundProblem: PageProblem?
  let mayAnswer: Bool
  let hasPlan: Bool
  let planState: PageState?
  let approvals: String?
  let decisions: [PlanPage.Decision]
  let linked: [Int]
  let notes: [Note]
  let reprobes: [PageProblem.Line]
  let counts: [Count]
  let mayWrite: Bool
  let mayPackage: Bool
  let history: [Line]
  let earlier: String?
  let later: String?
  let subjectCode: String?
  let actions: RequestActions
}

extension RequestPage {
  init(
    _ detail: RequestDetail, undecided: [UndecidedIdentifier], systems: [SystemView], today: CivilDate,
    foundProblem: PageProblem? = nil, _ visit: PageVisit
  ) {
    let (words, request) = (visit.words, detail.request)
    number = request.number
    state = .request(request.state, words)
    next = RequestNext(detail, found: undecided.count, visit)
    keepsPerson = request.keepsPerson
    facts = Self.facts(request, detail, visit)
    clocks = request.clocks.lines.map {
      Clock(name: words.code("clock", $0.name.rawValue), day: $0.day.map(visit.day), why: words.dated($0.why))
    }
    replyWords = Self.words(request.clocks.reply, visit)
    erasureWords = Self.words(request.clocks.erasure, visit)
    hasVault = detail.identifiers != nil
    identifiers = (detail.identifiers ?? []).compactMap {
      PageFact(words.code("identifier", $0.kind.rawValue), $0.value)
    }
    ownWords = detail.text
    contact = detail.contact
    let ticked = Set(visit.form.all("ordinal"))
    found = undecided.map {
      Found(
        ordinal: $0.ordinal, kind: words.code("identifier", $0.identifier.kind.rawValue), value: $0.identifier.value,
        system: $0.system.description, reason: words.code("found-reason", $0.reason),
        isTicked: ticked.contains(String($0.ordinal)))
    }
    self.foundProblem = foundProblem
    mayAnswer = visit.may(AnswerTask.name)
    hasPlan = detail.plan != nil
    planState = detail.plan.map { .plan($0, words) }
    approvals = detail.plan.map { words("request.signed", String($0.approvals.count), String($0.approvalsNeeded)) }
    decisions = detail.plan.map { PlanPage.decisions($0, visit) } ?? []
    linked = detail.linked
    notes = detail.notes.map { Self.note($0, visit) }
    reprobes = (detail.reprobes ?? []).map(visit.said)
    counts = Self.counts(detail.jobs, words)
    mayWrite = visit.may(ShowLetter.name)
    mayPackage =
      visit.may(ShowPackage.name) && !detail.jobs.isEmpty
      && request.rights?.contains { $0 == .access || $0 == .portability } == true
    // The newest lines come first: what the address calls later stands before.
    var lines = Array(detail.history.reversed())
    let pager = Self.historyPart(visit).pager(&lines, most: Self.linesOnPage, path: "/requests/\(request.number)?") {
      String($0.index)
    }
    history = lines.map { Self.line($0, visit) }
    earlier = pager?.later
    later = pager?.earlier
    subjectCode = detail.subjectCode
    actions = RequestActions(detail, systems: systems, today: today, visit)
  }

  private static func historyPart(_ visit: PageVisit) -> ListPart {
    ListPart(visit.query, isPlace: ListPart.isEntry)
  }

  /// One line more than are shown says whether there are more.
  fileprivate static func history(_ visit: PageVisit) -> HistoryPart {
    let part = historyPart(visit)
    let place = part.from.flatMap { Int64($0) }
    return part.backwards
      ? HistoryPart(limit: linesOnPage + 1, from: place.map { $0 + 1 })
      : HistoryPart(limit: linesOnPage + 1, before: place)
  }

  private static func facts(_ request: RequestView, _ detail: RequestDetail, _ visit: PageVisit) -> [PageFact] {
    let words = visit.words
    let list = { (area: String, codes: [String]) in codes.map { words.code(area, $0) }.joined(separator: ", ") }
    var facts = [
      PageFact(words("request.received"), visit.day(request.receivedOn)),
      PageFact(words("request.channel"), words.code("channel", request.channel)),
      PageFact(words("request.capacity"), list("capacity", request.capacities.map(\.rawValue))),
      PageFact(words("request.rights"), list("right", (request.rights ?? [.erasure]).map(\.rawValue))),
      PageFact(words("request.language"), request.language.map { words.code("language", $0.rawValue) }),
    ]
    if let requester = request.requester {
      facts.append(
        PageFact(
          words("request.requester"),
          [
            words.code("requester", requester.kind.rawValue), requester.proof.rawValue,
            words(requester.isAddressee ? "request.to-requester" : "request.to-person"),
            requester.under16 == true ? words("request.under16") : nil,
          ].compactMap { $0 }.joined(separator: ", ")))
    }
    let confirmed = detail.confirmed
    facts.append(
      PageFact(
        words("request.identity"),
        confirmed.map { words("request.confirmed-by", visit.time($0.at), $0.by ?? "") }
          ?? (request.state == "received" ? words("request.unconfirmed") : nil)))
    if let removal = detail.removal {
      facts.append(PageFact(words("request.removed"), visit.time(removal.removedAt)))
      facts.append(
        PageFact(
          words("request.backups"),
          removal.backupsGoneAt.map { words("request.backups-gone", visit.time($0)) }
            ?? (removal.lingering ? words("request.backups-linger") : nil)
            ?? removal.lastBackup.map { words("request.backups-until", visit.day($0)) }))
    }
    return facts.compactMap { $0 }
  }

  private static func words(_ clock: RequestClocks.Clock, _ visit: PageVisit) -> String {
    visit.words.dated(clock.words)
      + (clock.closedOn == nil ? "; " + visit.words("request.due-by", visit.day(clock.statutory)) : "")
  }

  private static func note(_ note: RequestDetail.Note, _ visit: PageVisit) -> Note {
    let (words, day) = (visit.words, note.day.map(visit.day) ?? "")
    let heading =
      switch note.topic {
      case .doubt: words("note.doubt", day)
      case .extension: words("note.extension", day)
      case .hold:
        words(
          "note.hold", note.system?.description ?? "", words.code("exception-ground", note.code ?? ""), note.by ?? "",
          day)
      case .measure:
        words("note.measure", words.code("measure", note.code ?? ""), day, note.by ?? "")
          + (note.lifted.map { ", " + words("note.lifted", visit.day($0)) } ?? "")
      case nil: note.title
      }
    let isOurs = note.topic == .measure
    return Note(
      heading: heading, written: isOurs ? nil : note.text,
      lines: isOurs ? note.text.split(separator: "\n").map { visit.said(String($0)) } : [])
  }

  static func counts(_ jobs: [JobView], _ words: PageWords) -> [Count] {
    Dictionary(grouping: jobs, by: \.state).map { ($0.key, $0.value.count) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
      .map { Count(number: words.number($0.1), state: .job($0.0, words)) }
  }

  static func line(_ line: HistoryLine, _ visit: PageVisit) -> Line {
    let said = line.onlyEnglish == true ? visit.said(line.words) : PageProblem.Line(text: line.words, language: nil)
    let isEnglish = said.language != nil
    let detail = said.text.isEmpty ? nil : visit.words.dated(said.text)
    return Line(
      at: visit.time(line.at), instant: line.at.description, what: visit.words.code("entry-kind", line.kind),
      system: line.system?.description, by: line.by, detail: isEnglish ? nil : detail,
      english: isEnglish ? detail : nil)
  }
}

// Looking at one request.
extension PageRoutes {
  static let request: [PageRoute] = [
    .get("/requests/{request}", .call(ShowRequest.name)) { visit in try await requestPage(visit) }
  ]

  /// The whole page, also with an answer about found identifiers that was refused.
  static func requestPage(_ visit: PageVisit, foundProblem: PageProblem? = nil) async throws -> PageAnswer {
    let detail = try await visit.call(
      ShowRequest(
        request: visit.part("request"), language: visit.words.language, history: RequestPage.history(visit)))
    let page = RequestPage(
      detail, undecided: try await undecided(of: detail, visit), systems: try await holdable(visit),
      today: visit.desk.civilClock.today, foundProblem: foundProblem, visit)
    return .page(
      "request", title: visit.words("request.title", String(page.number)), content: page,
      status: foundProblem?.reason.status ?? 200)
  }

  /// The systems that may be held, for who may hold them.
  static func holdable(_ visit: PageVisit) async throws -> [SystemView] {
    visit.may(SetHold.name) ? try await visit.call(ListSystems(counting: false)) : []
  }

  /// Identifiers that were found on the way and wait for a decision; none where nothing waits.
  static func undecided(of detail: RequestDetail, _ visit: PageVisit) async throws -> [UndecidedIdentifier] {
    guard detail.request.state == "verified", visit.may(ShowTask.name) else { return [] }
    do {
      return try await visit.call(ShowTask(task: detail.request.request.text)).undecided ?? []
    } catch let refusal as Refusal where refusal.reason == .notFound {
      return []
    }
  }

  /// To the request's page again, with something said there.
  static func back(to request: RequestView, saying word: String, _ visit: PageVisit) async -> PageAnswer {
    await visit.go(to: "/requests/\(request.number)", saying: visit.words(word))
  }
}
