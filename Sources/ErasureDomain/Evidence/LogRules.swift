/// The rules that a log's first entry promises for all that follow. A rule that is stricter than those before it gets the
/// next number, so that logs which began without it still hold.
public enum LogRules {
  /// What a log without a number keeps.
  public static let first = 1
  /// A system of ours is changed only while its owner has released it.
  public static let ownersRelease = 2
  /// A company with a wire contract is told only after it has passed the test of it.
  public static let recipientsPass = 3
  /// What an attempt has not committed when its plan is paused or stopped, it does not commit.
  public static let pausesForbidEffects = 4
  /// What stays by an officer's decision has a ground, a statute and a date; everything of a request stays by two people.
  public static let exceptionsAreTyped = 5
  /// A plan that runs says for each category of data on which ground, who decided, and takes nothing of a rejected one.
  public static let groundsAreDecided = 6
  /// Outside practice who may decide, and the register, change by the signatures of two people who may decide already.
  public static let nobodyAppointsHimself = 7
  /// The lines of a plan add up: each kind of record that goes does so on exactly one accepted ground.
  public static let linesAddUp = 8
  /// What was approved with a key in other hands stands still from the entry on that says so, also before its plan is said
  /// to be in doubt.
  public static let doubtForbidsWork = 9
  /// What this program writes into a new log, and the newest it knows.
  public static let newest = doubtForbidsWork
}
