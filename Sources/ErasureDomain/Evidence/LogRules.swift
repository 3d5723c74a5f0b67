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
  /// Nothing is concluded unseen: last looks are of all that was erased, just made, and no question is open; who cancels a
  /// job says so, and everything of a request by two people; a change that a key in other hands signed needs another.
  public static let conclusionsAreSeen = 10
  /// What this program writes into a new log, and the newest it knows.
  public static let newest = conclusionsAreSeen

  /// Those that the bundle of one request cannot show.
  public static let ofTheWholeLog = [ownersRelease, recipientsPass, nobodyAppointsHimself, doubtForbidsWork]

  /// What is not known of a log that began before a rule, in the order of the rules.
  public static let doubts: [(rules: Int, whether: String)] = [
    (ownersRelease, "whether owners had released their systems"),
    (recipientsPass, "whether companies had passed the test of their contract"),
    (pausesForbidEffects, "whether an attempt changed anything after its plan was paused or stopped"),
    (
      exceptionsAreTyped,
      "whether what stays has a ground and a date, and everything of a request stays by two people only"
    ),
    (groundsAreDecided, "whether each category of data in a plan was decided on a ground"),
    (nobodyAppointsHimself, "whether two people signed each change of people, signers and register"),
    (linesAddUp, "whether the lines of a plan add up"),
    (doubtForbidsWork, "whether work stood still from the moment that a key was said to be in other hands"),
    (
      conclusionsAreSeen,
      "whether last looks were of all that was erased, and no question was open; whether jobs were cancelled by two people"
    ),
  ]
}
