// Facts of entries about restriction and objection, in the stream of a request.

/// An officer ordered it: these systems mark the person's rows, in the others their owners see to it. `by` is who ordered.
public struct MeasureOrdered: EntryFacts {
  public static let kind = EntryKind("measure.ordered")
  public var measure: RestrictionMeasure
  public var systems: [SystemName]
  /// Systems that cannot be told by us to mark anything.
  public var byHand: [SystemName]

  public init(measure: RestrictionMeasure, systems: [SystemName], byHand: [SystemName]) {
    self.measure = measure
    self.systems = systems
    self.byHand = byHand
  }
}

/// Rows of the system are about to be marked, or their marks to be taken back.
public struct MeasureStarted: EntryFacts {
  public static let kind = EntryKind("measure.started")
  public var measure: RestrictionMeasure
  public var system: SystemName

  public init(measure: RestrictionMeasure, system: SystemName) {
    self.measure = measure
    self.system = system
  }
}

/// It holds in the system: a look on another connection saw no row of the person without the mark. With `by` a person has
/// seen to it, and nothing was counted.
public struct MeasureApplied: EntryFacts {
  public static let kind = EntryKind("measure.applied")
  public var measure: RestrictionMeasure
  public var system: SystemName
  /// Rows of the person that carry the mark.
  public var rows: Int

  public init(measure: RestrictionMeasure, system: SystemName, rows: Int) {
    self.measure = measure
    self.system = system
    self.rows = rows
  }
}

/// It could not be done; it is tried again.
public struct MeasureFailed: EntryFacts {
  public static let kind = EntryKind("measure.failed")
  public var measure: RestrictionMeasure
  public var system: SystemName
  public var code: FailureCode

  public init(measure: RestrictionMeasure, system: SystemName, code: FailureCode) {
    self.measure = measure
    self.system = system
    self.code = code
  }
}

/// An officer ends it, after the person was told so (Art. 18(3) GDPR).
public struct MeasureLifted: EntryFacts {
  public static let kind = EntryKind("measure.lifted")
  public var measure: RestrictionMeasure
  public var informedOn: CivilDate
  public var channel: FailureCode

  public init(measure: RestrictionMeasure, informedOn: CivilDate, channel: FailureCode) {
    self.measure = measure
    self.informedOn = informedOn
    self.channel = channel
  }
}

/// What the measure had changed in the system was put back.
public struct MeasureUndone: EntryFacts {
  public static let kind = EntryKind("measure.undone")
  public var measure: RestrictionMeasure
  public var system: SystemName
  /// Rows that had the mark and have their own value again.
  public var rows: Int

  public init(measure: RestrictionMeasure, system: SystemName, rows: Int) {
    self.measure = measure
    self.system = system
    self.rows = rows
  }
}
