/// Everything that is wrong with the files of a register. Nothing of it was loaded.
public struct RegisterProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// In the order of files and lines; never empty.
  public let faults: [RegisterFault]

  /// One line for each fault.
  public var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// One mistake in one file of a register.
public struct RegisterFault: Hashable, Sendable, CustomStringConvertible {
  /// The path as it was given to `SystemRegister.load`.
  public let file: String
  /// Counted from 1; nothing when the file as a whole is meant.
  public let line: Int?
  /// What is wrong, where in the file, and what is allowed.
  public let message: String

  /// `plans/demo/crm.yaml:14: dataset "invoice" has neither erase nor retain; add one`.
  public var description: String {
    guard let line else { return "\(file): \(message)" }
    return "\(file):\(line): \(message)"
  }
}
