/// Why a command ends without having done what was asked.
public struct ConsoleFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the shell is told.
  public let exit: ConsoleExit
  /// What, which and what to do next; names no person.
  public let description: String

  /// A failure in words.
  public init(_ exit: ConsoleExit, _ description: String) {
    self.exit = exit
    self.description = description
  }
}
