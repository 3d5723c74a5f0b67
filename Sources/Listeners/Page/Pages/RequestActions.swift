import ErasureDomain
import OfficerAPI
import OfficerDesk

/// What may be done with a request in its state, by who is here. The desk judges each of them again.
struct RequestActions: Sendable {
  let number: Int
  let today: String
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
  let informedBy: String?
  let systems: [PageChoice]
  let held: [PageChoice]
  let open: [PageChoice]

  static let channels = ["mail", "phone", "letter", "form", "counter"]

  /// `systems` are those of the register, where one of them may be held.
  init(_ detail: RequestDetail, systems known: [SystemView], today: CivilDate, _ visit: PageVisit) {
    let (request, words) = (detail.request, visit.words)
    let state = request.state
    let isOpen = ["received", "verified", "in-erasure"].contains(state)
    let isDone = ["concluded", "refused", "withdrawn", "withdrawn-partly"].contains(state)
    let isBefore = state == "received" || state == "verified"
    number = request.number
    self.today = today.description
    mayConfirm = state == "received" && visit.may(ConfirmRequest.name)
    mayAskIdentity = state == "received" && visit.may(AskIdentity.name)
    mayAddIdentifiers = isBefore && visit.may(AddIdentifiers.name)
    mayLook = isBefore && visit.may(LookForPerson.name)
    mayExtend = isOpen && request.clocks[.extendable] != nil && visit.may(ExtendDeadline.name)
    mayReply = (isOpen || isDone) && request.clocks.reply.closedOn == nil && visit.may(RecordReply.name)
    mayCorrect = isOpen && visit.may(CorrectReceipt.name)
    mayLink = state != "ended" && visit.may(LinkRequests.name)
    mayRefuse = isBefore && visit.may(RefuseRequest.name)
    mayWithdraw = isOpen && visit.may(WithdrawRequest.name)
    mayClose = isDone && visit.may(CloseRequest.name)
    mayMeasure = (state == "verified" || state == "in-erasure") && visit.may(OrderMeasure.name)
    let holds = detail.notes.filter { $0.topic == .hold }.compactMap(\.system)
    let running = detail.notes.filter { $0.topic == .measure && $0.lifted == nil }.compactMap(\.code)
    systems = known.map { PageChoice(value: $0.system.description, label: $0.title, isChosen: false) }
    held = known.filter { holds.contains($0.system) }.map {
      PageChoice(value: $0.system.description, label: $0.title, isChosen: false)
    }
    open = PageChoice.all(running, "measure", words)
    mayLift = !open.isEmpty && visit.may(LiftMeasure.name)
    mayHold = isOpen && !systems.isEmpty && visit.may(SetHold.name)
    mayReleaseHold = !held.isEmpty && visit.may(ReleaseHold.name)
    isAny =
      mayConfirm || mayAskIdentity || mayAddIdentifiers || mayExtend || mayReply || mayCorrect || mayLink || mayRefuse
      || mayWithdraw || mayClose || mayMeasure || mayLift || mayHold || mayReleaseHold
    methods = PageChoice.all(IdentityMethod.allCases.map(\.rawValue), "identity-method", words)
    strongerMethods = PageChoice.all(
      IdentityMethod.allCases.filter { $0.strength > 0 }.map(\.rawValue), "identity-method", words)
    let isMinor = request.requester?.under16 == true
    grounds = PageChoice.all(
      ErasureGround.allCases.map(\.rawValue), "ground", chosen: isMinor ? [ErasureGround.childConsent.rawValue] : [],
      words)
    channels = PageChoice.all(Self.channels, "channel", words)
    extensionReasons = PageChoice.all(DeadlineExtended.Reason.allCases.map(\.rawValue), "extension-reason", words)
    refusals = PageChoice.all(Self.refusalGrounds, "refusal", words)
    measures = PageChoice.all(RestrictionMeasure.allCases.map(\.rawValue), "measure", words)
    holdGrounds = PageChoice.all(
      ExceptionGround.allCases.map(\.rawValue), "exception-ground", chosen: [ExceptionGround.legalClaims.rawValue],
      words)
    let ending: Set<SubjectLetterKind> = [.completion, .refusal, .withdrawn]
    informedBy = detail.letters?.last { ending.contains($0.letter) }.map {
      words("request.informed-by", words.code("letter-kind", $0.letter.rawValue), visit.day($0.on))
    }
  }

  /// The grounds that the page offers; another code is typed.
  static let refusalGrounds = ["cannot-identify", "manifestly-unfounded", "excessive", "art17-3"]
}

// One form, one address, one call of the desk.
extension PageRoutes {
  static let requestActions: [PageRoute] = datesActions + endActions + personActions

  private static let datesActions: [PageRoute] = [
    .post("/requests/{request}/confirm", .call(ConfirmRequest.name)) { visit in
      let request = try await visit.call(
        ConfirmRequest(
          request: visit.part("request"), method: visit.form["method"] ?? "",
          ground: try visit.formCode("ground", as: ErasureGround.self), provedOn: try visit.formDay("proved-on")))
      return await back(to: request, saying: "request.did-confirm", visit)
    },
    .post("/requests/{request}/ask-identity", .call(AskIdentity.name)) { visit in
      let request = try await visit.call(
        AskIdentity(
          request: visit.part("request"), method: try visit.requiredCode("method", as: IdentityMethod.self),
          doubt: visit.form["doubt"] ?? "", text: visit.form["text"] ?? ""))
      return await back(to: request, saying: "request.did-ask", visit)
    },
    .post("/requests/{request}/extend", .call(ExtendDeadline.name)) { visit in
      let request = try await visit.call(
        ExtendDeadline(
          request: visit.part("request"), reason: try visit.requiredCode("reason", as: DeadlineExtended.Reason.self),
          text: visit.form["text"] ?? ""))
      return await back(to: request, saying: "request.did-extend", visit)
    },
    .post("/requests/{request}/receipt", .call(CorrectReceipt.name)) { visit in
      guard let at = try visit.formInstant("received-on", "received-at") else {
        throw Refusal(.invalid, visit.words("request.receipt-day"))
      }
      let request = try await visit.call(
        CorrectReceipt(request: visit.part("request"), receivedAt: at, reason: visit.form["reason"] ?? ""))
      return await back(to: request, saying: "request.did-correct", visit)
    },
    .post("/requests/{request}/reply", .call(RecordReply.name)) { visit in
      let request = try await visit.call(
        RecordReply(
          request: visit.part("request"), on: try visit.formDay("on") ?? visit.desk.civilClock.today,
          channel: visit.form["channel"] ?? ""))
      return await back(to: request, saying: "request.did-reply", visit)
    },
  ]

  private static let endActions: [PageRoute] = [
    .post("/requests/{request}/refuse", .call(RefuseRequest.name)) { visit in
      let request = try await visit.call(
        RefuseRequest(
          request: visit.part("request"), ground: visit.form["other-ground"] ?? visit.form["ground"] ?? ""))
      return await back(to: request, saying: "request.did-refuse", visit)
    },
    .post("/requests/{request}/withdraw", .call(WithdrawRequest.name)) { visit in
      try requireSure(visit)
      let request = try await visit.call(WithdrawRequest(request: visit.part("request")))
      return await back(to: request, saying: "request.did-withdraw", visit)
    },
    .post("/requests/{request}/close", .call(CloseRequest.name)) { visit in
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
    .post("/requests/{request}/identifiers", .call(AddIdentifiers.name)) { visit in
      let request = try await visit.call(
        AddIdentifiers(request: visit.part("request"), identifiers: try visit.formIdentifiers("identifiers")))
      return await back(to: request, saying: "request.did-add", visit)
    },
    .post("/requests/{request}/link", .call(LinkRequests.name)) { visit in
      let request = try await visit.call(
        LinkRequests(request: visit.part("request"), other: visit.form["other"] ?? ""))
      return await back(to: request, saying: "request.did-link", visit)
    },
    .post("/requests/{request}/look", .call(LookForPerson.name)) { visit in
      let looked = try await visit.call(LookForPerson(request: visit.part("request")))
      let records = looked.systems.reduce(0) { $0 + $1.records }
      return await visit.go(
        to: "/requests/\(looked.number)",
        saying: visit.words(
          "request.did-look", visit.words.number(records), visit.words.number(looked.systems.count)))
    },
    .post("/requests/{request}/answer", .call(AnswerTask.name)) { visit in
      let answer: Question.Answer = visit.form["answer"] == "accept" ? .accept : .decline
      let ordinals = visit.form.all("ordinal").compactMap { Int($0) }
      guard !ordinals.isEmpty else { throw Refusal(.invalid, visit.words("request.tick-some")) }
      _ = try await visit.call(AnswerTask(task: visit.part("request"), answer: answer, ordinals: ordinals))
      return await visit.go(
        to: "/requests/\(visit.part("request"))",
        saying: visit.words(answer == .accept ? "request.did-accept" : "request.did-decline"))
    },
    .post("/requests/{request}/measure", .call(OrderMeasure.name)) { visit in
      let view = try await visit.call(
        OrderMeasure(
          request: visit.part("request"), measure: try visit.requiredCode("measure", as: RestrictionMeasure.self)))
      return await visit.go(to: "/requests/\(view.number)", saying: visit.words("request.did-measure"))
    },
    .post("/requests/{request}/measure/lift", .call(LiftMeasure.name)) { visit in
      let view = try await visit.call(
        LiftMeasure(
          request: visit.part("request"), measure: try visit.requiredCode("measure", as: RestrictionMeasure.self),
          informedOn: try visit.formDay("informed-on"), channel: visit.form["channel"]))
      return await visit.go(to: "/requests/\(view.number)", saying: visit.words("request.did-lift"))
    },
    .post("/requests/{request}/hold", .call(SetHold.name)) { visit in
      guard let review = try visit.formDay("review-before") else {
        throw Refusal(.invalid, visit.words("request.hold-day"))
      }
      _ = try await visit.call(
        SetHold(
          request: visit.part("request"), system: visit.form["system"] ?? "",
          ground: try visit.requiredCode("ground", as: ExceptionGround.self), reviewBefore: review,
          reason: visit.form["reason"] ?? ""))
      return await visit.go(to: "/requests/\(visit.part("request"))", saying: visit.words("request.did-hold"))
    },
    .post("/requests/{request}/hold/release", .call(ReleaseHold.name)) { visit in
      _ = try await visit.call(
        ReleaseHold(request: visit.part("request"), system: visit.form["system"] ?? ""))
      return await visit.go(to: "/requests/\(visit.part("request"))", saying: visit.words("request.did-release"))
    },
  ]

  /// What cannot be undone takes a tick besides the click.
  static func requireSure(_ visit: PageVisit) throws {
    guard visit.form["sure"] != nil else { throw Refusal(.invalid, visit.words("field.sure")) }
  }
}

/// What closing shows once.
struct ClosedPage: Sendable {
  let number: Int
  let code: String
  let until: String?
}
