import ConnectorKit
import ErasureDomain
import ExternalPrograms

/// A program of the machine that knows backup sets, run without a shell and with a fixed search path.
///
/// Its environment is what the settings name and nothing else, so that a listing does not depend on who started us.
struct BackupProgram: Sendable {
  /// Where it finds programs that it starts by name.
  static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  /// The longest that one call of it may take, in seconds.
  static let longestSeconds: Int64 = 600
  /// The most that it may write, in bytes.
  static let outputBytes = 32 << 20

  /// What a program is in the register.
  struct Settings: Sendable {
    /// The absolute path and the first arguments.
    let words: [String]
    /// Variables by name.
    let environment: [String: String]
    /// Names of credentials by the variable that holds them.
    let credentials: [String: String]

    /// What is wrong with them, as far as they themselves tell; nil when nothing is.
    var problem: String? {
      guard ExternalProgram(words) != nil else {
        return "program is not a list that begins with an absolute path, such as [/usr/bin/restic]"
      }
      let names = Array(environment.keys) + Array(credentials.keys)
      for name in names.sorted() {
        guard BackupProgram.isName(name) else {
          return "\"\(name)\" is no name of a variable that may be set: A-Z, 0-9 and _, and neither PATH nor LD_*"
        }
      }
      guard Set(names).count == names.count else { return "environment and credentials name the same variable" }
      guard environment.values.allSatisfy({ !$0.utf8.contains(0) }) else { return "environment holds a NUL" }
      return nil
    }
  }

  let settings: Settings
  let clock: any CivilClock
  /// Asked anew for each call. A function, so that nothing that prints the connector prints secrets.
  private let credential: @Sendable (String) -> [UInt8]?

  /// Checks path, variables and credentials; starts nothing.
  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem) {
    let system = "system \"\(context.record.system)\": "
    if let problem = settings.problem { throw SettingsProblem(system + problem) }
    for name in settings.credentials.values.sorted() {
      guard let bytes = context.secrets.secret(name) else {
        throw SettingsProblem(system + "no credential is named \"\(name)\"; create it")
      }
      guard HTTPSystemConnector.secretText(bytes) != nil else {
        throw SettingsProblem(system + "credential \"\(name)\" is not one line of text; replace it")
      }
    }
    self.settings = settings
    clock = context.clock
    let source = context.secrets
    credential = { source.secret($0) }
  }

  fileprivate static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first), name != "PATH", !name.hasPrefix("LD_") else {
      return false
    }
    return name.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }

  /// Runs it and gives what it wrote when its status is 0, which by itself proves nothing.
  ///
  /// `asking` are statuses about which a person must do something; others may pass. `changes` says that the call changes
  /// something: a call that was cut off then leaves its effect unknown.
  func run(
    _ arguments: [String], input: [UInt8] = [], asking: Set<Int32> = [], deadline: UTCTime, changes: Bool = false
  ) async throws(ConnectorFailure) -> [UInt8] {
    if Task.isCancelled { throw .interrupted }
    let seconds = min(Self.longestSeconds, deadline.seconds(since: clock.now()))
    guard seconds > 0 else { throw .transient(FailureCode("deadline-passed"), retryAfterSeconds: nil) }
    guard let program = ExternalProgram(settings.words, environment: try variables()) else {
      throw Self.question("program-not-started")
    }
    let ending = await program.run(arguments, input: input, outputBytes: Self.outputBytes, seconds: seconds)
    switch ending {
    case .exited(0, let output): return output
    case .exited(let status, _):
      let code = FailureCode("program-exit-\(status)")
      throw asking.contains(status)
        ? .needsOfficer(Question(code: .other, detail: code)) : .transient(code, retryAfterSeconds: nil)
    case .notStarted: throw Self.question("program-not-started")
    case .outputTooLarge: throw Self.question("program-output-too-large")
    case .timedOut: throw Self.cutOff("program-timed-out", changes)
    case .killed:
      if Task.isCancelled, !changes { throw .interrupted }
      throw Self.cutOff("program-killed", changes)
    }
  }

  private static func cutOff(_ word: String, _ changes: Bool) -> ConnectorFailure {
    changes ? .outcomeUnknown(FailureCode(word)) : .transient(FailureCode(word), retryAfterSeconds: nil)
  }

  /// A person must look at the program or at the settings.
  static func question(_ detail: String) -> ConnectorFailure {
    .needsOfficer(Question(code: .other, detail: FailureCode(detail)))
  }

  private func variables() throws(ConnectorFailure) -> [String: String] {
    var variables = settings.environment
    variables["PATH"] = Self.searchPath
    for (name, secret) in settings.credentials {
      guard let text = credential(secret).flatMap(HTTPSystemConnector.secretText) else {
        throw .transient(FailureCode("credential-unusable"), retryAfterSeconds: nil)
      }
      variables[name] = text
    }
    return variables
  }
}
