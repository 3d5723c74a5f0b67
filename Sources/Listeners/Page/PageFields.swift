import ErasureDomain
import OfficerAPI
import OfficerDesk

/// One of several things to choose, with its word.
struct PageChoice: Sendable {
  let value: String
  let label: String
  let isChosen: Bool

  /// The codes of an area that a form takes freely, by their words: whoever needs another one writes it.
  static func offered(_ area: String, _ words: PageWords) -> [PageChoice] {
    (words.areas[area] ?? [:]).sorted { $0.value < $1.value }.map {
      PageChoice(value: $0.key, label: $0.value, isChosen: false)
    }
  }

  /// Each code with its word, in order.
  static func all(_ codes: [String], _ area: String, chosen: [String] = [], _ words: PageWords) -> [PageChoice] {
    codes.map { PageChoice(value: $0, label: words.code(area, $0), isChosen: chosen.contains($0)) }
  }
}

/// A name and what it is, for a list of facts.
struct PageFact: Sendable {
  let name: String
  let value: String

  /// Nil where there is nothing to say.
  init?(_ name: String, _ value: String?) {
    guard let value, !value.isEmpty else { return nil }
    self.name = name
    self.value = value
  }
}

/// A state with the colour that repeats what its word says.
struct PageState: Sendable {
  let word: String
  let tone: String

  static func request(_ state: String, _ words: PageWords) -> PageState {
    let tone =
      switch state {
      case "received": "wait"
      case "verified", "in-erasure": "busy"
      case "concluded", "closed", "ended": "good"
      default: ""
      }
    return PageState(word: words.code("request-state", state), tone: tone)
  }

  /// Of a plan that still waits for a signature, this is said, however many have signed.
  static func plan(_ plan: PlanView, _ words: PageWords) -> PageState {
    if PlanPage.isOpen(plan) { return PageState(word: words("plan.waits"), tone: "wait") }
    let tone =
      switch plan.state {
      case "draft", "waiting", "paused": "wait"
      case "approved", "executing": "busy"
      case "concluded": "good"
      default: ""
      }
    return PageState(word: words.code("plan-state", plan.state), tone: tone)
  }

  static func job(_ state: String, _ words: PageWords) -> PageState {
    let tone =
      switch state {
      case "failed": "bad"
      case "awaiting-officer", "unconfirmed": "wait"
      case "ready", "running", "waiting-to-retry", "awaiting-recipient", "blocked": "busy"
      case "erased", "nothing-found", "anonymised", "restricted", "notified", "expiry-tagged", "exported": "good"
      default: ""
      }
    return PageState(word: words.code("job-state", state), tone: tone)
  }
}

// Fields of forms as values of the field.
extension PageVisit {
  /// A day that a form names; nil when it is left empty.
  func formDay(_ field: String) throws -> CivilDate? {
    guard let text = form[field] else { return nil }
    guard let day = CivilDate(text) else { throw PageRefusal(.invalid, words("field.day", text), field: field) }
    return day
  }

  /// The instant of a day and a time on the controller's clocks; nil for today without a time, which is now.
  func formInstant(_ dayField: String, _ timeField: String) throws -> UTCTime? {
    let clock = desk.civilClock
    guard let day = try formDay(dayField) else {
      guard form[timeField] == nil else { throw PageRefusal(.invalid, words("field.time-alone"), field: dayField) }
      return nil
    }
    guard let text = form[timeField] else { return day == clock.today ? nil : clock.start(of: day) }
    guard let time = DayTime(text) else { throw PageRefusal(.invalid, words("field.time", text), field: timeField) }
    return clock.time(time, of: day)
  }

  /// A code that a form chooses; nil when it chooses none.
  func formCode<Code: RawRepresentable>(_ field: String, as type: Code.Type) throws -> Code?
  where Code.RawValue == String {
    guard let text = form[field] else { return nil }
    guard let code = Code(rawValue: text) else { throw PageRefusal(.invalid, words("field.choice"), field: field) }
    return code
  }

  /// The same, where one must be chosen.
  func requiredCode<Code: RawRepresentable>(_ field: String, as type: Code.Type) throws -> Code
  where Code.RawValue == String {
    guard let code = try formCode(field, as: type) else {
      throw PageRefusal(.invalid, words("field.choice"), field: field)
    }
    return code
  }

  /// Codes of several ticked boxes.
  func formCodes<Code: RawRepresentable>(_ field: String, as type: Code.Type) throws -> [Code]
  where Code.RawValue == String {
    try form.all(field).map { text in
      guard let code = Code(rawValue: text) else { throw PageRefusal(.invalid, words("field.choice"), field: field) }
      return code
    }
  }

  /// A code that a form takes freely; the word that the page offers for one may be written instead.
  func formFreeCode(_ field: String, in area: String) -> String? {
    form[field].map { words.code(of: $0, in: area) ?? $0 }
  }

  /// Identifiers, one on a line as `kind: value`.
  func formIdentifiers(_ field: String) throws -> [SubjectIdentifier] {
    try (form[field] ?? "").split(whereSeparator: \.isNewline).enumerated().compactMap { number, line in
      guard line.contains(where: { !$0.isWhitespace }) else { return nil }
      var parts = line.split(separator: ":", maxSplits: 1).map { Self.trimmed($0) }
      // The page itself shows kinds by their words, so that they may be written so, in either language.
      if parts.count == 2 {
        let codes = PageWords.Language.allCases.compactMap {
          page.files.words(in: $0).code(of: parts[0], in: "identifier")
        }
        parts[0] = codes.first ?? parts[0]
      }
      // The line itself is not repeated: a refusal holds no identifier.
      guard parts.count == 2, SystemName.isName(parts[0]), !parts[1].isEmpty else {
        throw PageRefusal(.invalid, words("field.identifier", String(number + 1)), field: field)
      }
      return SubjectIdentifier(kind: IdentifierKind(rawValue: parts[0]), value: parts[1])
    }
  }

  static func trimmed(_ text: some StringProtocol) -> String {
    String(String(text.drop(while: \.isWhitespace)).reversed().drop(while: \.isWhitespace).reversed())
  }
}
