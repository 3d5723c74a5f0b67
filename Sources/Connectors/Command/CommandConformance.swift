public import ErasureDomain
import ExternalPrograms

/// Tries whether a program keeps the contract of `docs/commands/README.md`; what a customer runs on his own.
public struct CommandConformance: Sendable {
  /// One promise, and how the program breaks it; kept when there is no fault.
  public struct Finding: Hashable, Sendable {
    public let promise: String
    public let fault: String?
  }

  /// The request that marks carry; no request is ever named so.
  static let request = "r-" + String(repeating: "0", count: 32)

  private let program: ExternalProgram
  private let system: SystemName
  private let copy: String?
  private let now: UTCTime
  private let seconds: Int64

  /// A program by its absolute path and first arguments, with the variables it gets; nil when they cannot be used.
  ///
  /// `copy` is one of its copies of `system`, which gets a day that it has already or that its retention gives; without
  /// it nothing is written. A call may take `seconds`.
  public init?(
    _ words: [String], environment: [String: String], system: SystemName, copy: String?, now: UTCTime,
    seconds: Int64 = 600
  ) {
    let settings = BackupProgram.Settings(words: words, environment: environment, credentials: [:])
    guard settings.problem == nil,
      let program = ExternalProgram(
        words, environment: environment.merging(["PATH": BackupProgram.searchPath]) { $1 })
    else { return nil }
    self.program = program
    self.system = system
    self.copy = copy
    self.now = now
    self.seconds = seconds
  }

  /// Every promise in turn; those about writing only when a copy is named.
  public func check() async -> [Finding] {
    var findings: [Finding] = []
    func note(_ promise: String, _ body: () async throws(CommandFault) -> Void) async {
      do {
        try await body()
        findings.append(Finding(promise: promise, fault: nil))
      } catch {
        findings.append(Finding(promise: promise, fault: error.description))
      }
    }
    await note("list-copies names the copies of a system") { () throws(CommandFault) in
      guard !(try await list()).copies.isEmpty else {
        throw CommandFault(description: "it names none; try it with a system that has copies")
      }
    }
    await note("list-copies twice is the same twice") { () throws(CommandFault) in
      guard try await list() == list() else { throw CommandFault(description: "the second answer differs") }
    }
    await note("list-copies names no copy of another system") { () throws(CommandFault) in
      guard try await list(systems: ["no-such-system"]).copies.isEmpty else {
        throw CommandFault(description: "it names copies of a system that there is not; look at \"systems\"")
      }
    }
    for (what, text) in [
      ("an unknown verb", #"{"command":1,"verb":"no-such-verb"}"#),
      ("another version", #"{"command":2,"verb":"list-copies","systems":["\#(system)"],"started-by":"\#(now)"}"#),
      ("what is no JSON", "{"), ("nothing at all", ""),
    ] {
      await note("\(what) is refused with another status than 0") { () throws(CommandFault) in
        try await requireRefusal(text)
      }
    }
    await note("expire of a copy that is not there is refused with another status than 0") { () throws(CommandFault) in
      try await requireRefusal(
        #"{"command":1,"verb":"expire","copies":[{"id":"no-such-copy","expires":"2026-01-01","request":"\#(Self.request)"}]}"#
      )
    }
    guard let copy else { return findings }
    await note("expire writes day and request to the copy, and to no other") { () throws(CommandFault) in
      try await write(copy)
    }
    await note("expire again changes nothing") { () throws(CommandFault) in
      let before = try await list()
      try await write(copy)
      guard try await list() == before else { throw CommandFault(description: "the copies differ after it") }
    }
    return findings
  }

  // MARK: Calls

  private func call(_ text: [UInt8]) async throws(CommandFault) -> [UInt8] {
    let ending = await program.run(input: text, outputBytes: BackupProgram.outputBytes, seconds: seconds)
    switch ending {
    case .exited(0, let output): return output
    case .exited(let status, _): throw CommandFault(description: "it ended with status \(status)")
    case .notStarted: throw CommandFault(description: "it does not start; check path and permission")
    case .killed: throw CommandFault(description: "a signal ended it")
    case .timedOut: throw CommandFault(description: "it took longer than \(seconds) seconds")
    case .outputTooLarge: throw CommandFault(description: "it wrote more than \(BackupProgram.outputBytes) bytes")
    }
  }

  private func requireRefusal(_ text: String) async throws(CommandFault) {
    let ending = await program.run(
      input: Array(text.utf8), outputBytes: BackupProgram.outputBytes, seconds: seconds)
    switch ending {
    case .exited(0, _): throw CommandFault(description: "it ended with status 0")
    case .exited: return
    case .notStarted, .killed, .timedOut, .outputTooLarge:
      throw CommandFault(description: "it did not end by itself")
    }
  }

  private func list(systems: [String]? = nil) async throws(CommandFault) -> CommandMessages.Copies {
    let message = CommandMessages.ListCopies(
      systems: systems ?? [system.description], startedBy: now.description)
    return try CommandMessages.read(
      CommandMessages.Copies.self, try await call(CommandMessages.bytes(message)))
  }

  private func write(_ id: String) async throws(CommandFault) {
    let before = try await list().copies
    guard let copy = before.first(where: { $0.id == id }), let stop = copy.stop else {
      throw CommandFault(description: "\(id) is not among its complete copies")
    }
    let day = copy.expires ?? stop.utcDay.adding(days: copy.retentionDays)
    let message = CommandMessages.Expire(
      copies: [CommandMessages.Expire.Copy(id: id, expires: day.description, request: Self.request)])
    _ = try CommandMessages.read(CommandMessages.Done.self, try await call(CommandMessages.bytes(message)))
    let after = try await list().copies
    guard let marked = after.first(where: { $0.id == id }) else {
      throw CommandFault(description: "\(id) is gone: a copy is never removed because of one request")
    }
    guard marked.expires == day, marked.requests.contains(Self.request),
      Set(marked.requests).isSuperset(of: copy.requests)
    else { throw CommandFault(description: "\(id) does not list the day, the request and those before it") }
    guard marked.requests.count == Set(marked.requests).count else {
      throw CommandFault(description: "\(id) lists a request twice")
    }
    guard before.filter({ $0.id != id }) == after.filter({ $0.id != id }) else {
      throw CommandFault(description: "another copy changed")
    }
  }
}
