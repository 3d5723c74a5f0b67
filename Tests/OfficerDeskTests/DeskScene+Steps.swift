import ErasureDomain
import ErasureEngine
import EvidenceLog
import Journal
import OfficerAPI
import TestKit
import Testing

// The steps of the main job, each as the people of the scene would take it.
extension DeskScene {
  static let identifiers = [SubjectIdentifier(kind: .email, value: DeskSystems.email)]

  @discardableResult
  func add(_ identifiers: [SubjectIdentifier] = DeskScene.identifiers, text: String? = nil) async throws -> RequestView
  {
    try await say(
      AddRequest(channel: "mail", capacities: [.customer], identifiers: identifiers, text: text), by: .anna)
  }

  @discardableResult
  func confirm(_ number: Int = 1) async throws -> RequestView {
    try await say(
      ConfirmRequest(request: "\(number)", method: "known-channel", ground: .consentWithdrawn), by: .anna)
  }

  @discardableResult
  func draft(_ number: Int = 1, by member: Member = .anna) async throws -> PlanView {
    try #require(try await say(MakePlan(request: "\(number)"), by: member).plan)
  }

  /// A request with a plan that waits for its signatures.
  @discardableResult
  func proposed() async throws -> PlanView {
    try await add()
    try await confirm()
    return try await draft()
  }

  func text(_ plan: String = "1", _ decision: String = "approve") async throws -> String {
    try await say(PrepareApproval(plan: plan, decision: decision), by: .bram).text
  }

  /// Signed by the member's own key.
  func signed(_ text: String, by member: Member, of plan: String = "1") throws -> SubmitApproval {
    let key = try #require(DeskKeys.Key(rawValue: member.rawValue))
    return SubmitApproval(
      plan: plan, text: text, signature: try keys.sign(text, with: key), principal: member.principal)
  }

  @discardableResult
  func approve(_ number: Int = 1, by member: Member) async throws -> PlanView {
    try await say(signed(try await text("\(number)"), by: member, of: "\(number)"), by: member)
  }

  /// Other signers, by the signatures of two officers.
  func adopt(signers text: String) async throws {
    replaceSigners(text)
    let change = try await say(PrepareChange(part: .signers), by: .bram).text
    for (member, key) in [(Member.bram, DeskKeys.Key.bram), (.chris, .chris)] {
      let signature = try keys.sign(change, with: key, namespace: ConfigurationText.namespace)
      try await say(SubmitChange(text: change, signature: signature, principal: member.principal), by: member)
    }
  }

  /// A request whose plan has all its signatures.
  func approved() async throws {
    try await proposed()
    try await approve(by: .bram)
    try await approve(by: .chris)
  }

  func attestation(
    _ task: JobReference, by member: Member, done: String = "destroyed", medium: String = "stick DEMO-0042"
  ) async throws -> SubmitAttestation {
    let text = try await say(
      PrepareAttestation(task: task.text, done: done, medium: medium, method: "destroy"), by: .dora
    ).text
    return try attestation(task, by: member, of: text)
  }

  func attestation(_ task: JobReference, by member: Member, of text: String) throws -> SubmitAttestation {
    let key = try #require(DeskKeys.Key(rawValue: member.rawValue))
    return SubmitAttestation(
      task: task.text, text: text, signature: try keys.sign(text, with: key, namespace: SignatureNamespace.attestation),
      principal: member.principal)
  }

  /// Both signatures for the stick.
  func attestStick(_ number: Int = 1) async throws {
    let job = try await job(DeskSystems.stick, .manual, number: number).job
    try await say(try await attestation(job, by: .bram), by: .bram)
    try await say(try await attestation(job, by: .dora), by: .dora)
  }

  // MARK: The engine at work

  /// Runs an engine over the scene while the body looks at it, then stops it in order.
  func running<Value>(
    _ settings: EngineSettings = EngineSettings(), _ body: () async throws -> Value
  ) async throws -> Value {
    let engine = engine(settings)
    _ = try await engine.recover()
    let task = Task { await engine.run() }
    do {
      let value = try await body()
      task.cancel()
      await task.value
      return value
    } catch {
      task.cancel()
      await task.value
      throw error
    }
  }

  /// Turns the clock from wake to wake until the condition holds. Nothing sleeps: tasks yield to each other.
  func until(
    _ what: String, moving: Bool = true, at location: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
  ) async throws {
    let limit = ContinuousClock.now.advanced(by: .seconds(300))
    while ContinuousClock.now < limit {
      if try await condition() { return }
      if moving {
        if try await quiet(), try await isIdle() { clock.advanceToNextWake() }
      } else {
        await Task.yield()
      }
    }
    let states = try await jobs().map { "\($0.system) \($0.verb.rawValue) \($0.state.word)" }
    Issue.record("never: \(what); \(states.joined(separator: ", "))", sourceLocation: location)
    throw Never.came
  }

  enum Never: Error { case came }

  /// Whether nothing has happened for a while: no new entry, nothing running, the engine waits on the clock.
  func quiet() async throws -> Bool {
    let before = try await pulse()
    let end = ContinuousClock.now.advanced(by: .milliseconds(12))
    var yields = 0
    while yields < 150 || ContinuousClock.now < end {
      await Task.yield()
      yields += 1
    }
    guard clock.waiting > 0, before.running == 0 else { return false }
    return try await pulse() == before
  }

  /// Whether no job runs or could run now, and the engine will wake for the next one in time.
  private func isIdle() async throws -> Bool {
    guard !systems.crm.isSweeping, !systems.office.isSweeping else { return false }
    let now = clock.now()
    let (busy, due) = try await journal.read { reader in
      let log = try reader.log()
      let ready = try reader.ready(at: now, excluding: [], limit: 1) { log.isReleased($0) }
      return (try !reader.running().isEmpty || !ready.isEmpty, try reader.nextWake(after: now))
    }
    guard !busy, let wake = clock.nextWake else { return false }
    return due.map { wake <= $0 } ?? true
  }

  private struct Pulse: Equatable {
    var size: UInt64
    var running: Int
  }

  private func pulse() async throws -> Pulse {
    try await journal.read { reader in Pulse(size: try reader.size, running: try reader.running().count) }
  }

  /// Until every job that is due now is settled but the stick, which waits for people.
  func untilOnlyTheStickWaits() async throws {
    try await until("only the stick waits") {
      try await jobs().allSatisfy {
        $0.verb.isFollowUp || $0.state.isSettled || ($0.system == DeskSystems.stick && $0.waitsForPerson)
      }
    }
  }

  /// From an approved plan to the conclusion, within one engine's run.
  func conclude(_ number: Int = 1) async throws {
    try await running {
      try await untilOnlyTheStickWaits()
      try await attestStick(number)
      try await until("concluded") { try await request(number).state == .concluded }
    }
  }
}
