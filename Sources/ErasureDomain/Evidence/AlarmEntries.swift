// Facts of entries about alarms to people of the organisation.

/// One of our people was told that something waits; it says what by code and reference, never about whom.
public struct AlarmSent: EntryFacts {
  public static let kind = EntryKind("alarm.sent")
  /// The kind of the alarm, such as `task-waits`.
  public var code: FailureCode
  /// What waits: the reference of a request, plan or job, or the code of a system.
  public var about: String
  /// Since when it waits; the same thing that waits anew has another time.
  public var since: UTCTime
  /// The step of the ladder, from 1.
  public var step: Int
  /// Who was told.
  public var person: PersonReference
  /// How it was handed over: `smtp-250`, `exit-0`, or `notice` for the program of the configuration.
  public var proof: FailureCode
  /// The id under which a mail is in the server's queue, where the server says one.
  public var queue: String?

  public init(
    code: FailureCode, about: String, since: UTCTime, step: Int, person: PersonReference, proof: FailureCode,
    queue: String? = nil
  ) {
    self.code = code
    self.about = about
    self.since = since
    self.step = step
    self.person = person
    self.proof = proof
    self.queue = queue
  }
}
