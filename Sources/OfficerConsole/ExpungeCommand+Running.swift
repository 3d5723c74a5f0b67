import ArgumentParser

extension ExpungeCommand {
  /// Runs the command that the arguments name; errors are said on standard error.
  ///
  /// - Returns: The status for the shell, one of `ConsoleExit`.
  public static func execute(_ arguments: [String]) async -> Int32 {
    do {
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return ConsoleExit.done.rawValue
    } catch {
      return report(error).rawValue
    }
  }

  /// Says what went wrong and maps it to a status.
  static func report(_ error: any Error) -> ConsoleExit {
    let output = Output.current
    switch error {
    case let failure as ConsoleFailure:
      output.failure(failure.description)
      return failure.exit
    case let failure as CallFailure:
      output.failure(failure.description)
      return failure.exit
    case let code as ExitCode:
      return ConsoleExit(rawValue: code.rawValue) ?? .refused
    default:
      // Help and version are errors for the parser.
      if exitCode(for: error).isSuccess {
        output.show(fullMessage(for: error))
        return .done
      }
      var message = fullMessage(for: error)
      if message.hasPrefix(_errorPrefix) { message.removeFirst(_errorPrefix.count) }
      output.failure(message)
      return .usage
    }
  }
}
