import ErasureDomain
import Foundation
import Synchronization
import TestKit

/// A small company with a daemon of its own, in a temporary folder: what `demo.sh` sets up, for tests.
///
/// Everything it started is ended with `with`, also after a failure.
final class Installation: Sendable {
  struct Options {
    /// People in the CRM.
    var people = 300
    /// Files of `plans/demo` that are left out of its register.
    var leavingOut: [String] = []
    /// Further files of its register, by name.
    var adding: [String: String] = [:]
    /// The folder of the register that `init` gets.
    var organisation = "demo"
    var practice = true
    /// The companies' calendar goes along when the practice calendar moves.
    var companiesFollow = false
    /// NAME:ROLE:UNIX-USER; by default anna, bram, chris and dora, all of them the user of the test.
    var persons = ["anna:clerk", "bram:officer", "chris:officer", "dora:system-owner"].map {
      "\($0):\(NSUserName())"
    }
    /// Who owns what.
    var owns = ["dora:crm+backoffice"]
    /// A move of the calendar passes over rungs; there are enough for the sister company, which is asked twice.
    var pollSeconds = "[1, 2, 4, 8, 15, 15, 15, 15, 30, 3600]"
  }

  private struct Running {
    var companies: OutsideProgram?
    var daemon: OutsideProgram?
    var port = 0
    var runs = 0
    /// Everything that programs printed since somebody wanted to hear it.
    var heard: [String]?
    /// Seconds the practice calendar was moved.
    var moved: Int64 = 0
  }

  let options: Options
  private let folder: TemporaryFolder
  private let running = Mutex(Running())

  /// The folder with everything of the installation.
  var site: String { folder.path("site") }
  /// The day on which the made-up history of the systems ends.
  let today = UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970)).utcDay

  private init(_ options: Options) throws {
    self.options = options
    folder = try TemporaryFolder()
  }

  /// Sets up an installation, runs the body, and ends whatever still runs.
  static func with(
    _ options: Options = Options(), _ body: (Installation) async throws -> Void
  ) async throws {
    let installation = try Installation(options)
    do {
      try await installation.setUp()
      try await body(installation)
      installation.tearDown()
    } catch {
      installation.tearDown()
      print("last lines of the daemon:\n\(installation.lastLines)")
      throw error
    }
  }

  private func tearDown() {
    let (daemon, companies) = running.withLock { ($0.daemon, $0.companies) }
    // A daemon under strace is not our child: its pid is in the lock it holds.
    if let daemon, daemon.ended == nil, let traced = tracedDaemon { kill(traced, SIGKILL) }
    daemon?.end()
    companies?.end()
  }

  /// A path inside the installation.
  func path(_ name: String) -> String { site + "/" + name }

  /// A path beside it, for copies.
  func beside(_ name: String) -> String { folder.path(name) }

  private var lastLines: String {
    let text = String(decoding: FileManager.default.contents(atPath: path("daemon.log")) ?? Data(), as: UTF8.self)
    return text.split(separator: "\n").suffix(12).joined(separator: "\n")
  }
}

// MARK: Setting up

extension Installation {
  private func setUp() async throws {
    for name in ["run", "keys", "companies", "plans"] {
      try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }
    try await demoCompany(
      "seed", "--systems", path("systems"), "--people", "\(options.people)", "--seed", "1", "--today", "\(today)")
    try await demoCompany("secrets", "--folder", path("secrets"))
    try await startCompanies()
    try await makeKeys()
    try makeRegister()
    let said = try await initialise()
    guard said.succeeded else { throw TestProblem("expunged init: \(said)") }
    for name in try FileManager.default.contentsOfDirectory(atPath: path("secrets")) {
      try FileManager.default.copyItem(atPath: path("secrets/" + name), toPath: path("credentials/" + name))
    }
    try changeConfiguration { $0 + "settling-seconds: 3600\npoll-seconds: \(self.options.pollSeconds)\n" }
  }

  private func demoCompany(_ arguments: String...) async throws {
    let said = try await run(Programs.path("demo-company"), arguments)
    guard said.succeeded else { throw TestProblem("demo-company \(arguments.first ?? ""): \(said)") }
  }

  private func makeKeys() async throws {
    let keygen = try Programs.tool("ssh-keygen", package: "openssh-client")
    var signers = ""
    for who in people {
      let said = try await run(keygen, ["-q", "-t", "ed25519", "-N", "", "-C", who, "-f", path("keys/\(who)")])
      guard said.succeeded else { throw TestProblem("ssh-keygen: \(said)") }
      let key = try text("keys/\(who).pub").split(separator: " ").prefix(2).joined(separator: " ")
      let namespaces = "erasure-approval@expunged,erasure-attestation@expunged,erasure-configuration@expunged"
      signers += "\(principal(who)) namespaces=\"\(namespaces)\" \(key)\n"
    }
    try write(signers, to: "allowed_signers")
  }

  /// The demo's own register, with the port on which the companies listen.
  private func makeRegister() throws {
    let files = FileManager.default
    try files.copyItem(atPath: Programs.root + "/plans/retention", toPath: path("plans/retention"))
    let port = running.withLock { $0.port }
    for organisation in Set(["demo", options.organisation]) {
      let target = "plans/\(organisation)"
      try files.createDirectory(atPath: path(target), withIntermediateDirectories: true)
      for name in try files.contentsOfDirectory(atPath: Programs.root + "/plans/demo")
      where name.hasSuffix(".yaml") && !options.leavingOut.contains(String(name.dropLast(5))) {
        let url = URL(fileURLWithPath: Programs.root + "/plans/demo/" + name)
        let text = try String(contentsOf: url, encoding: .utf8)
        try write(text.replacing("127.0.0.1:8401", with: "127.0.0.1:\(port)"), to: target + "/" + name)
      }
      for (name, text) in options.adding { try write(text, to: target + "/" + name) }
    }
  }

  /// `expunged init` with the installation's own files.
  func initialise() async throws -> Said {
    var arguments = [
      "init", "--config", path("expunged.yaml"), "--origin", "erasure.example/evidence", "--register", path("plans"),
      "--organisation", options.organisation, "--signers", path("allowed_signers"), "--socket",
      path("run/command.sock"),
    ]
    if options.practice { arguments.append("--practice") }
    for owner in options.owns { arguments += ["--owns", owner] }
    for (who, words) in zip(people, options.persons) { arguments += ["--person", "\(words):\(principal(who))"] }
    return try await expunged(arguments)
  }

  func changeConfiguration(_ change: (String) -> String) throws {
    try write(change(try text("expunged.yaml")), to: "expunged.yaml")
  }

  /// Names of the people, in the order of the options.
  var people: [String] { options.persons.map { String($0.prefix { $0 != ":" }) } }

  func principal(_ who: String) -> String { "\(who)@demo.example" }

  func text(_ name: String) throws -> String {
    try String(contentsOf: URL(fileURLWithPath: path(name)), encoding: .utf8)
  }

  /// The size of a file; 0 when there is none.
  func bytes(of name: String) throws -> Int {
    let files = FileManager.default
    guard files.fileExists(atPath: path(name)) else { return 0 }
    return try files.attributesOfItem(atPath: path(name))[.size] as? Int ?? 0
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  /// A copy of the whole installation as it lies there; nothing may run.
  func keep(as name: String) throws {
    try FileManager.default.copyItem(atPath: site, toPath: beside(name))
  }

  /// Puts a kept copy in the place of the installation; nothing may run.
  func restore(_ name: String) throws {
    try FileManager.default.removeItem(atPath: site)
    try FileManager.default.copyItem(atPath: beside(name), toPath: site)
  }
}

// MARK: Programs

extension Installation {
  /// Runs a program to its end.
  func run(_ program: String, _ arguments: [String], input: String = "/dev/null", seconds: Double = 60) async throws
    -> Said
  {
    let number = running.withLock { running in
      running.runs += 1
      return running.runs
    }
    let (output, errors) = (beside("out-\(number)"), beside("err-\(number)"))
    let streams = OutsideProgram.Streams(input: input, output: output, errors: errors)
    let process = try OutsideProgram(program, arguments, streams: streams)
    defer { process.end() }
    let ending = try await process.wait(seconds: seconds)
    let said = try [output, errors].map { path in
      let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
      try FileManager.default.removeItem(atPath: path)
      return text
    }
    running.withLock { $0.heard?.append(contentsOf: [program] + arguments + said) }
    return Said(ending: ending, output: said[0], errors: said[1])
  }

  /// From now on what programs print is kept, with their arguments.
  func listen() { running.withLock { $0.heard = $0.heard ?? [] } }

  /// What was printed since `listen()`.
  var heard: String { running.withLock { $0.heard ?? [] }.joined(separator: "\n") }

  func expunged(_ arguments: [String]) async throws -> Said {
    try await run(Programs.path("expunged"), arguments)
  }

  /// What `expunge-audit` says; `verify.py` must come to the same conclusion.
  func audit(_ folder: String) async throws -> Said {
    let trust = ["--key", path("log.vkey"), "--signers", path("allowed_signers")]
    let said = try await run(Programs.path("expunge-audit"), ["verify", folder] + trust)
    let python = try Programs.tool("python3", package: "python3")
    let second = try await run(python, [Programs.secondVerifier, folder] + trust)
    guard second.succeeded == said.succeeded else {
      throw TestProblem("verify.py says of \(folder): \(second.output)\(second.errors); expunge-audit: \(said.output)")
    }
    return said
  }

  /// The published log is what it should be, or not yet there.
  func requireGoodEvidence(_ when: String) async throws {
    guard FileManager.default.fileExists(atPath: path("evidence/checkpoint")) else { return }
    let said = try await audit(path("evidence"))
    guard said.succeeded else { throw TestProblem("\(when): expunge-audit says \(said): \(said.output)") }
  }

  /// Starts the other companies; on the port they had before, when they ran before.
  func startCompanies() async throws {
    let port = running.withLock { $0.port }
    let ready = path("companies/port")
    if FileManager.default.fileExists(atPath: ready) { try FileManager.default.removeItem(atPath: ready) }
    let log = path("companies/server.log")
    let process = try OutsideProgram(
      Programs.path("demo-company"),
      [
        "serve", "--port", "\(port)", "--ready-file", ready, "--secrets-folder", path("secrets"), "--state",
        path("companies"), "--pace", "quick", "--people", "\(options.people)",
      ]
        + (options.companiesFollow
          ? ["--calendar", "\(UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970)))"] : []),
      streams: OutsideProgram.Streams(output: log, errors: log))
    running.withLock { $0.companies = process }
    try await until("the companies listen") {
      guard process.ended == nil else {
        throw TestProblem("the companies did not start: \(try self.text("companies/server.log"))")
      }
      return FileManager.default.fileExists(atPath: ready)
    }
    guard let chosen = Int(try text("companies/port").filter(\.isNumber)) else { throw TestProblem("no port") }
    running.withLock { $0.port = chosen }
  }

  func stopCompanies() {
    running.withLock { $0.companies }?.end()
  }

  /// The companies stop answering, and go on where they were.
  func freezeCompanies(_ frozen: Bool) {
    running.withLock { $0.companies }?.signal(frozen ? SIGSTOP : SIGCONT)
  }
}

// MARK: The daemon

extension Installation {
  /// The daemon that was started last.
  var daemon: OutsideProgram? { running.withLock { $0.daemon } }

  /// Starts the daemon and does not wait for anything.
  @discardableResult
  func spawnDaemon(strace: [String] = [], blocked: [Int32] = []) throws -> OutsideProgram {
    let log = path("daemon.log")
    let streams = OutsideProgram.Streams(output: log, errors: log)
    let words = ["run", "--config", path("expunged.yaml")]
    let program = try Programs.path("expunged")
    let process =
      strace.isEmpty
      ? try OutsideProgram(program, words, streams: streams, blocked: blocked)
      : try OutsideProgram(
        Programs.tool("strace", package: "strace"), strace + [program] + words, streams: streams, blocked: blocked)
    running.withLock { $0.daemon = process }
    return process
  }

  /// Starts the daemon and waits until it answers.
  func startDaemon(strace: [String] = [], blocked: [Int32] = []) async throws {
    let process = try spawnDaemon(strace: strace, blocked: blocked)
    try await untilItAnswers(process)
  }

  func untilItAnswers(_ process: OutsideProgram) async throws {
    try await until("the daemon answers") {
      if let ended = process.ended { throw TestProblem("the daemon did not start: \(ended)\n\(self.lastLines)") }
      return try await self.expunge("bram", "status").succeeded
    }
  }

  func killDaemon() { daemon?.end() }

  /// SIGTERM; returns how the daemon ended.
  @discardableResult
  func stopDaemon() async throws -> OutsideProgram.Ending? {
    guard let daemon else { return nil }
    if let traced = tracedDaemon { kill(traced, SIGTERM) } else { daemon.signal(SIGTERM) }
    return try await daemon.wait(seconds: 30)
  }

  /// The daemon's pid when it runs below strace: it writes it into the lock it holds.
  private var tracedDaemon: pid_t? {
    guard let daemon, let text = try? text("state/lock"), let pid = pid_t(text.filter(\.isNumber)) else { return nil }
    let parent = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8))?
      .split(separator: "\n").first { $0.hasPrefix("PPid:") }?.filter(\.isNumber)
    return parent == "\(daemon.pid)" ? pid : nil
  }
}
