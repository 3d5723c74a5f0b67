/// The engine's limits. Everything has one.
public struct EngineSettings: Sendable {
  /// Attempts of one job that cost something before an officer is asked.
  public var attempts = 24
  /// Places that systems share for the jobs they run beside their first one; no system has more than half of them. 0 runs
  /// nothing.
  public var concurrentJobs = 16
  /// Jobs running at the same time, the first ones of all systems included.
  public var mostJobs = 256
  /// The longest one attempt may take, in seconds.
  public var attemptSeconds: Int64 = 3_600
  /// When a company that accepted a notice is asked, in seconds after each other; the last value repeats.
  public var pollLadder: [Int64] = [3_600, 21_600, 86_400]
  /// Between the first clean last look and the second, in seconds.
  public var settlingSeconds: Int64 = 3_600
  /// A look that could not be made is tried again after this many seconds.
  public var lookAgainSeconds: Int64 = 600
  /// Rows whose keys one job may keep for its follow-ups; more is a question.
  public var keptRows = 10_000
  /// Days that recognition tags live at least: until the last look after an erasure (`ReprobeMade.days`), which may be a
  /// week late.
  public var probeDays = 187

  /// Days that recognition tags outlive the last day of the last backup set.
  public static let tagMarginDays = 7

  public init() {}
}
