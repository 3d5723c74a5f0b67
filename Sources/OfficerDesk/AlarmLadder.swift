public import ErasureDomain

/// What people are called for, as the configuration and the notice command name it.
public enum AlarmKind: String, Sendable, CaseIterable {
  /// A work-to date is near.
  case deadlineNear = "deadline-near"
  /// A question or work by hand waits for a person.
  case taskWaits = "task-waits"
  /// What a person takes along waits to be made, delivered or waived; nothing goes before.
  case packageWaits = "package-waits"
  /// A copy is still there after the day on which it should have gone.
  case copyLingers = "copy-lingers"
  /// A company has said nothing for four fifths of its time.
  case companySilent = "company-silent"
  /// The authority must hear of a breach.
  case incident
  /// A plan waits for signatures for more than two working days.
  case planWaits = "plan-waits"
  /// A request is decided, and the person was not told.
  case informThePerson = "inform-the-person"
  /// Records that had been erased are there again.
  case erasedIsBack = "erased-is-back"
  /// An objection to marketing does not hold everywhere an hour after it was ordered.
  case objectionWaits = "objection-waits"
}

/// Who is told at once, and who next when nobody deals with it.
public struct AlarmLadder: Sendable {
  /// One step of a ladder.
  public struct Step: Sendable {
    public let who: [PersonReference]
    /// Hours after the beginning; of a later step, hours for which nobody dealt with what the step before was told.
    public let afterHours: Int

    public init(who: [PersonReference], afterHours: Int) {
      self.who = who
      self.afterHours = afterHours
    }
  }

  private let kinds: [AlarmKind: [Step]]
  private let usual: [Step]

  /// `usual` is for kinds without steps of their own; where both are empty nobody is told.
  public init(_ kinds: [AlarmKind: [Step]] = [:], usual: [Step] = []) {
    self.kinds = kinds
    self.usual = usual
  }

  /// Whether nobody is ever told.
  public var isEmpty: Bool { kinds.isEmpty && usual.isEmpty }

  /// In order; their hours rise.
  public func steps(of kind: AlarmKind) -> [Step] { kinds[kind] ?? usual }

  /// Who is to be told now, by which step, counted from 1.
  ///
  /// Whoever is absent is skipped: the next step then stands in at once. A step that came late, because nothing ran,
  /// leaves the next one its whole distance.
  func due(_ matter: AlarmMatter, told: AlarmStanding?, at now: UTCTime, present: (PersonReference) -> Bool)
    -> [(step: Int, person: PersonReference)]
  {
    let steps = steps(of: matter.kind)
    var due: [(step: Int, person: PersonReference)] = []
    // Hours of the ladder are counted from here on, and so many of them are over.
    var (from, over) = (matter.since, 0)
    for (index, step) in steps.enumerated() {
      let (number, time) = (index + 1, from.adding(seconds: Int64(step.afterHours - over) * 3_600))
      guard time <= now else { break }
      let people = step.who.filter(present)
      let first = told?.told(at: number)
      if people.isEmpty, first == nil {
        // Nobody of it is there: the next step takes its time.
        (from, over) = (time, index + 1 < steps.count ? steps[index + 1].afterHours : step.afterHours)
        continue
      }
      for person in people where told?.told.contains(where: { $0.step == number && $0.person == person }) != true {
        due.append((number, person))
      }
      guard let first else { break }
      (from, over) = (max(time, first), step.afterHours)
    }
    return due
  }
}
