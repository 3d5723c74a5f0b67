import ErasureDomain
import OfficerAPI
import OfficerDesk

/// One thing that may be done with a request: a form of its page. The word of its code is its heading.
enum RequestAction: String, Sendable {
  case confirm
  case ask
  case identifiersAdd = "identifiers-add"
  case measureDone = "measure-done"
  case look, extend, reply, receipt, link, measure, lift, hold, release, close, refuse, withdraw
}

/// What may be done with a request in its state, by who is here. The desk judges each of them again.
struct RequestActions: Sendable {
  let number: Int
  let today: String
  /// What was typed into a form that was refused, by field.
  let typed: [String: String]
  /// Whether the one form is open because it was refused.
  let isOpen: Bool
  let mayConfirm: Bool
  let mayAskIdentity: Bool
  let mayAddIdentifiers: Bool
  let mayLook: Bool
  let mayExtend: Bool
  let mayReply: Bool
  let mayCorrect: Bool
  let mayLink: Bool
  let mayRefuse: Bool
  let mayWithdraw: Bool
  let mayClose: Bool
  let mayMeasure: Bool
  let mayLift: Bool
  let maySayDone: Bool
  let mayHold: Bool
  let mayReleaseHold: Bool
  let isAny: Bool
  let methods: [PageChoice]
  let strongerMethods: [PageChoice]
  let grounds: [PageChoice]
  let channels: [PageChoice]
  let extensionReasons: [PageChoice]
  let refusals: [PageChoice]
  let measures: [PageChoice]
  let holdGrounds: [PageChoice]
  let doubts: [PageChoice]
  let receiptReasons: [PageChoice]
  let informedBy: String?
  let systems: [PageChoice]
  let held: [PageChoice]
  let open: [PageChoice]
  /// Measures that wait in a system for a person, and those systems.
  let byHand: [PageChoice]
  let handSystems: [PageChoice]

  static let channels = ["mail", "phone", "letter", "form", "counter"]

  /// `systems` are those of the register, where one of them may be held.
  /// `only` is the one whose form was refused; all of them when it is nil.
  init(
    _ detail: RequestDetail, systems known: [SystemView], today: CivilDate, only: RequestAction? = nil,
    _ visit: PageVisit
  ) {
    let (request, words, form) = (detail.request, visit.words, visit.form)
    let state = request.state
    let runs = ["received", "verified", "in-erasure"].contains(state)
    let isDone = ["concluded", "refused", "withdrawn", "withdrawn-partly"].contains(state)
    let isBefore = state == "received" || state == "verified"
    func offers(_ action: RequestAction, _ call: String, _ isPossible: Bool) -> Bool {
      isPossible && visit.may(call) && (only == nil || only == action)
    }
    func choices(_ codes: [String], _ area: String, _ field: String, _ usual: String? = nil) -> [PageChoice] {
      PageChoice.all(codes, area, chosen: [form[field] ?? usual].compactMap(\.self), words)
    }
    number = request.number
    self.today = form["on"] ?? today.description
    typed = Dictionary(uniqueKeysWithValues: Self.typedFields.compactMap { field in form[field].map { (field, $0) } })
    isOpen = only != nil
    mayConfirm = offers(.confirm, ConfirmRequest.name, state == "received")
    mayAskIdentity = offers(.ask, AskIdentity.name, state == "received")
    mayAddIdentifiers = offers(.identifiersAdd, AddIdentifiers.name, isBefore)
    mayLook = offers(.look, LookForPerson.name, isBefore)
    mayExtend = offers(.extend, ExtendDeadline.name, runs && request.clocks[.extendable] != nil)
    mayReply = offers(.reply, RecordReply.name, (runs || isDone) && request.clocks.reply.closedOn == nil)
    mayCorrect = offers(.receipt, CorrectReceipt.name, runs)
    mayLink = offers(.link, LinkRequests.name, state != "ended")
    mayRefuse = offers(.refuse, RefuseRequest.name, isBefore)
    mayWithdraw = offers(.withdraw, WithdrawRequest.name, runs)
    mayClose = offers(.close, CloseRequest.name, isDone)
    mayMeasure = offers(.measure, OrderMeasure.name, state == "verified" || state == "in-erasure")
    let holds = detail.notes.filter { $0.topic == .hold }.compactMap(\.system)
    let running = detail.notes.filter { $0.topic == .measure && $0.lifted == nil }.compactMap(\.code)
    systems = Self.systems(known, form["system"])
    held = Self.systems(known.filter { holds.contains($0.system) }, form["system"])
    open = choices(running, "measure", "measure")
    let waiting = detail.notes.filter { $0.topic == .measure && !Self.systemsByHand($0).isEmpty }
    byHand = choices(waiting.compactMap(\.code), "measure", "measure")
    handSystems = Set(waiting.flatMap(Self.systemsByHand)).sorted().map { name in
      PageChoice(
        value: name, label: known.first { $0.system.description == name }?.title ?? name,
        isChosen: name == form["system"])
    }
    maySayDone = offers(.measureDone, MeasureDone.name, !byHand.isEmpty)
    mayLift = offers(.lift, LiftMeasure.name, !open.isEmpty)
    mayHold = offers(.hold, SetHold.name, runs && !systems.isEmpty)
    mayReleaseHold = offers(.release, ReleaseHold.name, !held.isEmpty)
    isAny =
      mayConfirm || mayAskIdentity || mayAddIdentifiers || mayLook || mayExtend || mayReply || mayCorrect || mayLink
      || mayRefuse
      || mayWithdraw || mayClose || mayMeasure || mayLift || maySayDone || mayHold || mayReleaseHold
    methods = choices(IdentityMethod.allCases.map(\.rawValue), "identity-method", "method")
    strongerMethods = choices(
      IdentityMethod.allCases.filter { $0.strength > 0 }.map(\.rawValue), "identity-method", "method")
    let isMinor = request.requester?.under16 == true
    grounds = choices(
      ErasureGround.allCases.map(\.rawValue), "ground", "ground", isMinor ? ErasureGround.childConsent.rawValue : nil)
    channels = choices(Self.channels, "channel", "channel")
    extensionReasons = choices(DeadlineExtended.Reason.allCases.map(\.rawValue), "extension-reason", "reason")
    refusals = choices(Self.refusalGrounds, "refusal", "ground")
    measures = choices(RestrictionMeasure.allCases.map(\.rawValue), "measure", "measure")
    holdGrounds = choices(
      ExceptionGround.allCases.map(\.rawValue), "exception-ground", "ground", ExceptionGround.legalClaims.rawValue)
    doubts = PageChoice.offered("doubt", words)
    receiptReasons = PageChoice.offered("receipt-reason", words)
    let ending: Set<SubjectLetterKind> = [.completion, .refusal, .withdrawn]
    informedBy = detail.letters?.last { ending.contains($0.letter) }.map {
      words("request.informed-by", words.code("letter-kind", $0.letter.rawValue), visit.day($0.on))
    }
  }

  /// The fields whose content is shown again.
  private static let typedFields = [
    "proved-on", "doubt", "text", "identifiers", "received-on", "received-at", "reason", "other", "informed-on",
    "review-before", "without-case-file", "other-ground",
  ]

  /// The systems in which a measure waits for their owner, as the note about it says line by line.
  private static func systemsByHand(_ note: RequestDetail.Note) -> [String] {
    note.text.split(separator: "\n").filter {
      $0.hasSuffix("its owner must see to it now") || $0.hasSuffix(", by its owner")
    }
    .map { String($0.prefix { $0 != ":" }) }
  }

  private static func systems(_ known: [SystemView], _ chosen: String?) -> [PageChoice] {
    known.map {
      PageChoice(value: $0.system.description, label: $0.title, isChosen: $0.system.description == chosen)
    }
  }

  /// The grounds that the page offers; another code is typed.
  static let refusalGrounds = ["cannot-identify", "manifestly-unfounded", "excessive", "art17-3"]
}

// One form, one address, one call of the desk.
extension PageRoutes {
  static let requestActions: [PageRoute] =
    [
      .get("/requests/{request}/do/{action}", .call(ShowRequest.name)) { visit in
        guard let action = RequestAction(rawValue: visit.part("action")) else {
          throw PageRefusal(.notFound, visit.words("problem.nothing"))
        }
        return try await actionPage(visit, action)
      }
    ] + datesActions + endActions + personActions

  /// A form that is shown again, with what was typed and with what is wrong, where it is refused.
  private static func action(
    _ path: String, _ action: RequestAction, _ call: String,
    _ answer: @escaping @Sendable (PageVisit) async throws -> PageAnswer
  ) -> PageRoute {
    .post("/requests/{request}/" + path, .call(call)) { visit in
      do { return try await answer(visit) } catch {
        let problem = try visit.formProblem(error)
        guard visit.may(ShowRequest.name) else { throw error }
        return try await actionPage(visit, action, problem)
      }
    }
  }

  private static func actionPage(
    _ visit: PageVisit, _ action: RequestAction, _ problem: PageProblem? = nil
  ) async throws -> PageAnswer {
    let detail = try await visit.call(
      ShowRequest(
        request: visit.part("request"), language: visit.words.language, history: HistoryPart(limit: 1)))
    let number = detail.request.number
    return .page(
      "request-action",
      title: visit.words("request.action-title", String(number), visit.words("request.\(action.rawValue)")),
      content: RequestActionPage(
        number: number, problem: problem,
        actions: RequestActions(
          detail, systems: try await holdable(visit), today: visit.desk.civilClock.today, only: action, visit)),
      status: problem?.reason.status ?? 200)
  }

  private static let datesActions: [PageRoute] = [
    action("confirm", .confirm, ConfirmRequest.name) { visit in
      let request = try await visit.call(
        ConfirmRequest(
          request: visit.part("request"), method: visit.form["method"] ?? "",
          ground: try visit.formCode("ground", as: ErasureGround.self), provedOn: try visit.formDay("proved-on")))
      return await back(to: request, saying: "request.did-confirm", visit)
    },
    action("ask-identity", .ask, AskIdentity.name) { visit in
      let request = try await visit.call(
        AskIdentity(
          request: visit.part("request"), method: try visit.requiredCode("method", as: IdentityMethod.self),
          doubt: visit.formFreeCode("doubt", in: "doubt") ?? "", text: visit.form["text"] ?? ""))
      return await back(to: request, saying: "request.did-ask", visit)
    },
    action("extend", .extend, ExtendDeadline.name) { visit in
      let request = try await visit.call(
        ExtendDeadline(
          request: visit.part("request"), reason: try visit.requiredCode("reason", as: DeadlineExtended.Reason.self),
          text: visit.form["text"] ?? ""))
      return await back(to: request, saying: "request.did-extend", visit)
    },
    action("receipt", .receipt, CorrectReceipt.name) { visit in
      guard let at = try visit.formInstant("received-on", "received-at") else {
        throw PageRefusal(.invalid, visit.words("request.receipt-day"), field: "received-on")
      }
      let request = try await visit.call(
        CorrectReceipt(
          request: visit.part("request"), receivedAt: at,
          reason: visit.formFreeCode("reason", in: "receipt-reason") ?? ""))
      return await back(to: request, saying: "request.did-correct", visit)
    },
    action("reply", .reply, RecordReply.name) { visit in
      let request = try await visit.call(
        RecordReply(
          request: visit.part("request"), on: try visit.formDay("on") ?? visit.desk.civilClock.today,
          channel: visit.form["channel"] ?? ""))
      return await back(to: request, saying: "request.did-reply", visit)
    },
  ]

  private static let endActions: [PageRoute] = [
    action("refuse", .refuse, RefuseRequest.name) { visit in
      let request = try await visit.call(
        RefuseRequest(
          request: visit.part("request"), ground: visit.form["other-ground"] ?? visit.form["ground"] ?? ""))
      return await back(to: request, saying: "request.did-refuse", visit)
    },
    action("withdraw", .withdraw, WithdrawRequest.name) { visit in
      try requireSure(visit)
      let request = try await visit.call(WithdrawRequest(request: visit.part("request")))
      return await back(to: request, saying: "request.did-withdraw", visit)
    },
    action("close", .close, CloseRequest.name) { visit in
      try requireSure(visit)
      let closed = try await visit.call(
        CloseRequest(
          request: visit.part("request"), informedOn: try visit.formDay("informed-on"), channel: visit.form["channel"],
          withoutCaseFile: visit.form["without-case-file"] == nil ? nil : true))
      // The code is shown here and never again, so that this is no redirect.
      return .page(
        "closed", title: visit.words("request.closed-title", String(closed.request.number)),
        content: ClosedPage(
          number: closed.request.number, code: closed.subjectCode, until: closed.caseFileUntil.map(visit.day)))
    },
  ]

  private static let personActions: [PageRoute] = [
    action("identifiers", .identifiersAdd, AddIdentifiers.name) { visit in
      let request = try await visit.call(
        AddIdentifiers(request: visit.part("request"), identifiers: try visit.formIdentifiers("identifiers")))
      return await back(to: request, saying: "request.did-add", visit)
    },
    action("link", .link, LinkRequests.name) { visit in
      let request = try await visit.call(
        LinkRequests(request: visit.part("request"), other: visit.form["other"] ?? ""))
      return await back(to: request, saying: "request.did-link", visit)
    },
    action("look", .look, LookForPerson.name) { visit in
      let looked = try await visit.call(LookForPerson(request: visit.part("request")))
      let records = looked.systems.reduce(0) { $0 + $1.records }
      return await visit.go(
        to: "/requests/\(looked.number)",
        saying: visit.words(
          "request.did-look", visit.words.number(records), visit.words.number(looked.systems.count)))
    },
    .post("/requests/{request}/answer", .call(AnswerTask.name)) { visit in
      let answer: Question.Answer = visit.form["answer"] == "accept" ? .accept : .decline
      do {
        let ordinals = visit.form.all("ordinal").compactMap { Int($0) }
        guard !ordinals.isEmpty else { throw PageRefusal(.invalid, visit.words("request.tick-some"), field: "ordinal") }
        _ = try await visit.call(AnswerTask(task: visit.part("request"), answer: answer, ordinals: ordinals))
      } catch {
        return try await requestPage(visit, foundProblem: try visit.formProblem(error))
      }
      return await visit.go(
        to: "/requests/\(visit.part("request"))",
        saying: visit.words(answer == .accept ? "request.did-accept" : "request.did-decline"))
    },
    action("measure", .measure, OrderMeasure.name) { visit in
      let view = try await visit.call(
        OrderMeasure(
          request: visit.part("request"), measure: try visit.requiredCode("measure", as: RestrictionMeasure.self)))
      return await visit.go(to: "/requests/\(view.number)", saying: visit.words("request.did-measure"))
    },
    action("measure/lift", .lift, LiftMeasure.name) { visit in
      let view = try await visit.call(
        LiftMeasure(
          request: visit.part("request"), measure: try visit.requiredCode("measure", as: RestrictionMeasure.self),
          informedOn: try visit.formDay("informed-on"), channel: visit.form["channel"]))
      return await visit.go(to: "/requests/\(view.number)", saying: visit.words("request.did-lift"))
    },
    action("measure/done", .measureDone, MeasureDone.name) { visit in
      let view = try await visit.call(
        MeasureDone(
          request: visit.part("request"), measure: try visit.requiredCode("measure", as: RestrictionMeasure.self),
          system: visit.form["system"] ?? ""))
      return await visit.go(to: "/requests/\(view.number)", saying: visit.words("request.did-measure-done"))
    },
    action("hold", .hold, SetHold.name) { visit in
      guard let review = try visit.formDay("review-before") else {
        throw PageRefusal(.invalid, visit.words("request.hold-day"), field: "review-before")
      }
      _ = try await visit.call(
        SetHold(
          request: visit.part("request"), system: visit.form["system"] ?? "",
          ground: try visit.requiredCode("ground", as: ExceptionGround.self), reviewBefore: review,
          reason: visit.form["reason"] ?? ""))
      return await visit.go(to: "/requests/\(visit.part("request"))", saying: visit.words("request.did-hold"))
    },
    action("hold/release", .release, ReleaseHold.name) { visit in
      _ = try await visit.call(
        ReleaseHold(request: visit.part("request"), system: visit.form["system"] ?? ""))
      return await visit.go(to: "/requests/\(visit.part("request"))", saying: visit.words("request.did-release"))
    },
  ]

  /// What cannot be undone takes a tick besides the click.
  static func requireSure(_ visit: PageVisit) throws {
    guard visit.form["sure"] != nil else { throw PageRefusal(.invalid, visit.words("field.sure"), field: "sure") }
  }
}

/// One form of a request by itself: it is what comes next, or it was refused.
struct RequestActionPage: Sendable {
  let number: Int
  let problem: PageProblem?
  let actions: RequestActions
}

/// What closing shows once.
struct ClosedPage: Sendable {
  let number: Int
  let code: String
  let until: String?
}
