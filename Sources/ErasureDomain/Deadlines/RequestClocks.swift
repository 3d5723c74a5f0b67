/// The dates of a request and why they are these days, computed from its entries alone (rules D1 to D9).
///
/// Two clocks run: for the reply to the person, and for the erasure itself. The first may be closed long before the
/// second is.
public struct RequestClocks: Hashable, Sendable, Codable {
  /// Which date a line is about.
  public enum Name: String, Hashable, Sendable, Codable, CaseIterable {
    /// The first last day by law: the one that a regulator may hold on to.
    case statutory
    /// The day that people work to.
    case workTo = "work-to"
    /// What doubt about identity did to both.
    case suspended
    case suspendedWorkTo = "suspended-work-to"
    /// The last day by law that an extension would give.
    case extendable
    /// The last day by law with the extension.
    case extended
    case extendedWorkTo = "extended-work-to"
    /// When a full refusal is due.
    case refusal
  }

  /// One date with its reason.
  public struct Line: Hashable, Sendable, Codable {
    public var name: Name
    /// Nil where no day can be named yet.
    public var day: CivilDate?
    /// In words, for people.
    public var why: String
  }

  /// One of the two clocks.
  public struct Clock: Hashable, Sendable, Codable {
    public var workTo: CivilDate
    public var statutory: CivilDate
    /// When it was closed; nil while it runs.
    public var closedOn: CivilDate?
    /// In words, for people.
    public var words: String
  }

  /// Every date that has a meaning now, in the order in which they came to be.
  public var lines: [Line]
  public var reply: Clock
  public var erasure: Clock

  /// The clocks of a request. `concludedOn` is the controller's local day of `concludedAt`; words are in the language.
  public init(_ record: RequestRecord, concludedOn: CivilDate?, in language: PersonLanguage = .english) {
    let due = record.dueInForce
    let text = DateWords(language: language)
    lines = ClockLines(record, in: language).lines
    reply = Clock(
      workTo: due.workTo, statutory: due.statutory, closedOn: record.repliedOn,
      words: record.repliedOn.map {
        text("the person was told on \($0)", "de betrokkene heeft op \(text.day($0)) antwoord gekregen")
      } ?? text("open: the person was told nothing yet", "open: de betrokkene heeft nog niets gehoord"))
    let (closedOn, words): (CivilDate?, String) =
      switch record.state {
      case .received, .verified: (nil, text("open: nothing was erased yet", "open: er is nog niets gewist"))
      case .inErasure: (nil, text("open: jobs are under way", "open: het werk is bezig"))
      case .refused:
        (
          concludedOn,
          text("nothing is erased: the request was refused", "er wordt niets gewist: het verzoek is geweigerd")
        )
      case .withdrawn:
        (
          concludedOn,
          text("nothing is erased: the request was withdrawn", "er wordt niets gewist: het verzoek is ingetrokken")
        )
      case .withdrawnPartly:
        (
          concludedOn,
          text("withdrawn while jobs ran: some is gone", "ingetrokken terwijl er werk liep: een deel is weg")
        )
      case .concluded, .closed, .ended:
        (concludedOn, text("every job that was due is settled", "al het werk dat nu moest is afgerond"))
      }
    erasure = Clock(workTo: due.workTo, statutory: due.statutory, closedOn: closedOn, words: words)
  }

  /// The line of a name, where there is one.
  public subscript(name: Name) -> Line? { lines.first { $0.name == name } }
}

extension RequestRecord {
  /// The dates that count now: those of the first entry, as a suspension or an extension has moved them.
  ///
  /// A full refusal keeps the first deadline (rule D7). While a proof of identity is awaited nothing is moved yet.
  public var dueInForce: DueDates {
    if case .refused = state { return received.dueDates }
    return received.dueDates.moved(extended: extended, proved: identityProved)
  }

  /// Whether one of the two clocks still runs.
  public var hasOpenClock: Bool {
    switch state {
    case .received, .verified, .inErasure: true
    case .refused, .withdrawn, .withdrawnPartly, .concluded: repliedOn == nil
    case .closed, .ended: false
    }
  }
}

extension DueDates {
  /// The dates as an extension and a proof of identity have moved them.
  func moved(extended: DeadlineExtended?, proved: IdentityProved?) -> DueDates {
    var (statutory, workTo, last) = (statutory, workTo, self.extended)
    if let proved { (statutory, workTo) = (proved.statutory, proved.workTo) }
    if let extended {
      (statutory, workTo) = (extended.statutory, extended.workTo)
      // The proof came after the extension and moved it.
      if let moved = proved?.extended, let day = proved?.extendedWorkTo { (statutory, workTo) = (moved, day) }
      last = statutory
    }
    return DueDates(
      received: received, nominal: nominal, statutory: statutory, workTo: workTo, extended: last, ruleSet: ruleSet)
  }
}
