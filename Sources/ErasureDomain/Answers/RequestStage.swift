/// What a request waits for: the next step that somebody, or the daemon, has to take.
public enum RequestStage: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
  /// The identity is to be established.
  case identity
  /// A plan is to be made.
  case plan
  /// People are to sign the plan.
  case signatures
  /// Identifiers found on the way, or rows seen again, are to be decided about.
  case questions
  /// Jobs are under way.
  case running
  /// The person is to be told how it ended.
  case letter
  /// The letter has gone; the request is to be closed.
  case closing
}

extension RequestRecord {
  /// What it waits for, seen with its newest plan; nil once it is closed.
  public func stage(with plan: PlanRecord?) -> RequestStage? {
    switch state {
    case .received: return .identity
    case .verified:
      if asksSomething { return .questions }
      return plan?.waitsForSignatures == true ? .signatures : .plan
    case .inErasure: return asksSomething ? .questions : .running
    case .refused, .withdrawn, .withdrawnPartly, .concluded:
      let kind = SubjectLetterKind.informing(of: state)
      return letters?.contains { $0.letter == kind } == true ? .closing : .letter
    case .closed, .ended: return nil
    }
  }

  private var asksSomething: Bool { undecided > 0 || !findings.isEmpty }

  /// The day that people work to while one of the clocks runs, `CivilDate.last` while only closing is left, nil after it.
  public var workToWhileOpen: CivilDate? {
    guard state.keepsVault else { return nil }
    return hasOpenClock ? dueInForce.workTo : .last
  }

  /// Since when an objection to marketing is ordered that does not hold everywhere yet.
  public var objectionOpenSince: UTCTime? {
    guard let measure = measure(.marketing), measure.liftedAt == nil, !measure.open.isEmpty else { return nil }
    return measure.orderedAt
  }

  /// Whether a measure waits in some system, to be applied or to be lifted.
  public var hasOpenMeasures: Bool { measures?.contains { !$0.open.isEmpty } ?? false }

  /// Whether an acknowledgement goes out by itself while its last day is not over: the request came by mail, not from
  /// another company and not from a look of ours, and no letter has said as much.
  public var wantsAcknowledgement: Bool {
    switch state {
    case .received, .verified, .inErasure: break
    case .refused, .withdrawn, .withdrawnPartly, .concluded, .closed, .ended: return false
    }
    return received.channel == "mail" && received.again == nil && notice == nil
      && letters?.contains { $0.letter == .acknowledgement || $0.letter == .extension } != true
  }
}

extension JobRecord {
  /// The code of what it asks of a person, `failed` where nobody asked; nil while it waits for nobody.
  public var asks: String? {
    guard waitsForPerson else { return nil }
    if case .awaitingOfficer(let question) = state { return question.code.rawValue }
    return state.word
  }

  /// When the silence of the company it waits for is somebody's worry; nil while it waits for none.
  public var worriesAt: UTCTime? {
    guard case .awaitingRecipient = state, verb.tellsCompany else { return nil }
    return silentAt
  }
}
