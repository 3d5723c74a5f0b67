import ErasureDomain
import OfficerAPI

/// The letters of a request: which are sent, which are due.
struct LettersPage: Sendable {
  struct Letter: Sendable {
    let code: String
    let name: String
    let state: PageState
    let note: String?
    let isOffered: Bool
  }

  let number: Int
  let contact: String?
  let language: String
  let letters: [Letter]
}

extension LettersPage {
  init(_ detail: RequestDetail, _ visit: PageVisit) {
    let words = visit.words
    number = detail.request.number
    contact = detail.contact
    language = words.code("language", (detail.request.language ?? .dutch).rawValue)
    // What is due comes first, then what has gone.
    let order = { (kind: SubjectLetterKind) in
      detail.letters?.contains { $0.letter == kind } == true ? 1 : Self.isDue(kind, detail) ? 0 : 2
    }
    letters = SubjectLetterKind.allCases.sorted { order($0) < order($1) }.map { kind in
      let sent = detail.letters?.first { $0.letter == kind }
      let isDue = sent == nil && Self.isDue(kind, detail)
      let state =
        sent != nil
        ? PageState(word: words("letters.sent"), tone: "good")
        : PageState(word: words(isDue ? "letters.due" : "letters.not-due"), tone: isDue ? "wait" : "")
      return Letter(
        code: kind.rawValue, name: words.code("letter-kind", kind.rawValue), state: state,
        note: sent.map {
          words("letters.sent-by", visit.day($0.on), words.code("letter-channel", $0.channel.rawValue))
        }, isOffered: sent == nil && (isDue || Self.fits(kind, detail)))
    }
  }

  /// Whether a letter of the kind may be looked at though it is not what comes next.
  private static func fits(_ kind: SubjectLetterKind, _ detail: RequestDetail) -> Bool {
    switch kind {
    case .acknowledgement: ["received", "verified", "in-erasure"].contains(detail.request.state)
    case .identity: detail.request.state == "received"
    case .extension, .refusal, .completion, .withdrawn, .lastCopyGone: false
    }
  }

  /// Whether the request stands where a letter of the kind is what comes next.
  static func isDue(_ kind: SubjectLetterKind, _ detail: RequestDetail) -> Bool {
    let (request, state) = (detail.request, detail.request.state)
    return switch kind {
    case .acknowledgement: state == "received" && request.channel != "counter"
    case .identity: state == "received" && request.clocks[.suspended] != nil
    case .extension:
      ["received", "verified", "in-erasure"].contains(state) && request.clocks[.extended] != nil
        && request.clocks.reply.closedOn == nil
    case .refusal: state == "refused"
    case .completion: state == "concluded"
    case .withdrawn: state == "withdrawn" || state == "withdrawn-partly"
    case .lastCopyGone: detail.removal?.backupsGoneAt != nil && (state == "closed" || state == "ended")
    }
  }
}

/// One letter: what only a person can say, the exact text, and how it leaves.
struct LetterPage: Sendable {
  struct Text: Sendable {
    let subject: String
    let text: String
    let language: String
  }

  struct Printed: Sendable {
    let made: String
    let file: String
    let name: String
  }

  let number: String
  let code: String
  let problem: PageProblem?
  let languages: [PageChoice]
  let asksReason: Bool
  let asksStep: Bool
  let reason: String?
  let step: String?
  let preview: Text?
  let printed: Printed?
  let mayHand: Bool
  /// Whether there is anything to fill in: of a letter that does not fit now there is not.
  let hasForm: Bool
}

extension LetterPage {
  init(
    _ kind: SubjectLetterKind, _ language: String, problem: PageProblem?, preview: LetterView?, printed: Printed?,
    _ visit: PageVisit
  ) {
    number = visit.part("request")
    code = kind.rawValue
    self.problem = problem
    languages = PageChoice.all(
      PersonLanguage.allCases.map(\.rawValue), "language", chosen: [language], visit.words)
    asksReason = kind == .identity || kind == .extension || kind == .refusal
    asksStep = kind == .identity
    reason = visit.form["reason"]
    step = visit.form["step"]
    self.preview = preview.map { Text(subject: $0.subject, text: $0.text, language: $0.language) }
    self.printed = printed
    hasForm = printed == nil && (preview != nil || asksReason || asksStep)
    mayHand = visit.may(SendLetter.name) && preview != nil && printed == nil && kind != .lastCopyGone
  }
}

// Letters to the person. What somebody writes travels in the body of a form, never in an address.
extension PageRoutes {
  static let letters: [PageRoute] = [
    .get("/requests/{request}/letters", .call(ShowLetter.name)) { visit in
      let detail = try await visit.call(
        ShowRequest(request: visit.part("request"), history: HistoryPart(limit: 1)))
      return .page(
        "letters", title: visit.words("letters.title", String(detail.request.number)),
        content: LettersPage(detail, visit))
    },
    .get("/requests/{request}/letters/{letter}", .call(ShowLetter.name)) { visit in try await letterPage(visit) },
    .post("/requests/{request}/letters/{letter}", .call(ShowLetter.name)) { visit in try await letterPage(visit) },
    .post("/requests/{request}/letters/{letter}/mail", .call(SendLetter.name)) { visit in
      let kind = try letterKind(visit)
      let handed: HandedLetter
      do { handed = try await hand(kind, by: .mail, visit) } catch {
        return try await letterPage(visit, problem: try visit.formProblem(error))
      }
      return await visit.go(
        to: "/requests/\(visit.part("request"))/letters",
        saying: visit.words(handed.isRepeated ? "letters.did-repeat" : "letters.did-mail"))
    },
    .post("/requests/{request}/letters/{letter}/print", .call(SendLetter.name)) { visit in
      let kind = try letterKind(visit)
      let handed: HandedLetter
      do { handed = try await hand(kind, by: .letter, visit) } catch {
        return try await letterPage(visit, problem: try visit.formProblem(error))
      }
      // The page and the moment it was made go to the browser together: another print makes another letter.
      let printed = LetterPage.Printed(
        made: handed.made.description,
        file: "data:text/html;charset=utf-8;base64," + Base64.encode(Array(handed.view.html.utf8)),
        name: "letter-\(visit.part("request"))-\(kind.rawValue).html")
      return .page(
        "letter", title: visit.words.code("letter-kind", kind.rawValue),
        content: LetterPage(
          kind, handed.view.language, problem: nil, preview: handed.view, printed: printed, visit))
    },
    .post("/requests/{request}/letters/{letter}/printed", .call(RecordPrinted.name)) { visit in
      guard let made = visit.form["made"].flatMap({ UTCTime($0) }) else {
        throw PageRefusal(.invalid, visit.words("letters.no-made"))
      }
      _ = try await visit.call(
        RecordPrinted(request: visit.part("request"), letter: try letterKind(visit), made: made))
      return await visit.go(
        to: "/requests/\(visit.part("request"))/letters", saying: visit.words("letters.did-print"))
    },
  ]

  private static func letterKind(_ visit: PageVisit) throws -> SubjectLetterKind {
    guard let kind = SubjectLetterKind(rawValue: visit.part("letter")) else {
      throw PageRefusal(.notFound, visit.words("problem.nothing"))
    }
    return kind
  }

  /// Hands a letter over as it was shown.
  private static func hand(
    _ kind: SubjectLetterKind, by channel: LetterChannel, _ visit: PageVisit
  ) async throws -> HandedLetter {
    guard try await isAsShown(kind, visit) else { throw PageRefusal(.conflict, visit.words("letters.changed")) }
    return try await visit.call(
      SendLetter(
        request: visit.part("request"), letter: kind, language: visit.form["language"], channel: channel,
        reason: visit.form["reason"], step: visit.form["step"]))
  }

  /// Whether the letter would read as the page showed it: what nobody has seen does not leave.
  private static func isAsShown(_ kind: SubjectLetterKind, _ visit: PageVisit) async throws -> Bool {
    let view = try await visit.call(
      ShowLetter(
        request: visit.part("request"), letter: kind, language: visit.form["language"], reason: visit.form["reason"],
        step: visit.form["step"]))
    return PageVisit.trimmed(view.text) == visit.form["shown"]
  }

  /// The letter as it would leave now; where something is missing, the form with what is missing.
  private static func letterPage(_ visit: PageVisit, problem said: PageProblem? = nil) async throws -> PageAnswer {
    let kind = try letterKind(visit)
    let number = visit.part("request")
    var language = visit.form["language"]
    if language == nil {
      let request = try await visit.call(ShowRequest(request: number, history: HistoryPart(limit: 1))).request
      language = (request.language ?? .dutch).rawValue
    }
    let isFirstLook = visit.form["language"] == nil
    var preview: LetterView?
    var problem = said
    do {
      preview = try await visit.call(
        ShowLetter(
          request: number, letter: kind, language: language, reason: visit.form["reason"], step: visit.form["step"]))
    } catch {
      let refused = try visit.formProblem(error)
      // Before anything was written there is nothing to complain about: the form says what it needs.
      if !isFirstLook || !asksWords(kind) { problem = problem ?? refused }
    }
    return .page(
      "letter", title: visit.words.code("letter-kind", kind.rawValue),
      content: LetterPage(
        kind, language ?? "", problem: problem, preview: preview, printed: nil, visit),
      status: problem?.reason.status ?? 200)
  }

  private static func asksWords(_ kind: SubjectLetterKind) -> Bool { kind == .identity || kind == .refusal }
}
