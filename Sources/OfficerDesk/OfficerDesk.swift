public import ConnectorKit
public import ErasureDomain
public import ErasureEngine
import EvidencePublishing
public import ExternalPrograms
public import Journal
public import Logging
public import OfficerAPI
public import SubjectVault

/// What an officer can do: every rule about people and decisions. Command line and page are its windows.
public struct OfficerDesk: CallHandler {
  let journal: any Journal
  let vault: SubjectVault
  let systems: ConnectedSystems
  let clock: any CivilClock
  let random: any RandomSource
  let inForce: SettingsInForce
  let plans: PlanStore
  let gate: SystemGate
  let logger: Logger
  /// The bytes of `allowed_signers` as they are now.
  let signers: @Sendable () throws -> [UInt8]
  /// Keeps what is in force of the configuration; nil in a desk in which nothing of it can be changed.
  let room: ConfigurationRoom?
  /// Adds a line to `allowed_signers`, in practice mode where the file can be written.
  let listSigner: (@Sendable (String) throws -> Void)?
  /// Links by which people hand in their keys.
  let invitations = Invitations()
  /// Signs and publishes a checkpoint of what is durable.
  let publish: @Sendable () async throws -> Void
  /// The bundle of one request.
  let export: @Sendable (RequestReference) async throws -> [(path: String, bytes: [UInt8])]
  /// Recomputes everything that is stored; sentences about what is wrong.
  let deepCheck: @Sendable () async throws -> [String]
  /// What is wrong with our standing outside: nobody is asked, or somebody has not answered; empty when all is well.
  let anchorWarnings: @Sendable () async -> [String]
  /// Moves the practice calendar by seconds, once the journal has it.
  let moveClock: @Sendable (Int64) async -> Void
  /// Where answers to letters go; nil in a desk that has no engine beside it.
  let letters: LetterIntake?
  /// Searches over every column that are under way.
  let discoveries: Discoveries
  /// Recognises who was erased; nil in a desk that looks through no restored system.
  let keyring: Keyring?
  /// Where calls about tests of companies come in; nil in a desk whose companies cannot call.
  let tests: RecipientTests?
  /// Where letters to the person are made; nil in a desk that writes none.
  let letterOffice: LetterOffice?
  /// Encrypts packages.
  let age: AgeProgram
  /// Where case files lie; nil where none are kept.
  let caseFiles: CaseFileRoom?

  public init(
    journal: any Journal, vault: SubjectVault, systems: ConnectedSystems, clock: any CivilClock,
    random: any RandomSource, settings: DeskSettings, logger: Logger,
    signers: @escaping @Sendable () throws -> [UInt8], publish: @escaping @Sendable () async throws -> Void,
    export: @escaping @Sendable (RequestReference) async throws -> [(path: String, bytes: [UInt8])],
    deepCheck: @escaping @Sendable () async throws -> [String], moveClock: @escaping @Sendable (Int64) async -> Void,
    letters: LetterIntake? = nil, discoveries: Discoveries = Discoveries(), tests: RecipientTests? = nil,
    keyring: Keyring? = nil, letterOffice: LetterOffice? = nil, caseFiles: CaseFileRoom? = nil,
    age: AgeProgram = AgeProgram(), room: ConfigurationRoom? = nil,
    listSigner: (@Sendable (String) throws -> Void)? = nil,
    anchorWarnings: (@Sendable () async -> [String])? = nil
  ) {
    self.journal = journal
    self.vault = vault
    self.systems = systems
    self.clock = clock
    self.random = random
    inForce = SettingsInForce(settings)
    self.logger = logger
    self.signers = signers
    self.publish = publish
    self.export = export
    self.deepCheck = deepCheck
    self.anchorWarnings = anchorWarnings ?? { [CheckpointAnchors.notAnchored] }
    self.moveClock = moveClock
    self.letters = letters
    self.discoveries = discoveries
    self.tests = tests
    self.keyring = keyring
    self.letterOffice = letterOffice
    self.age = age
    self.caseFiles = caseFiles
    self.room = room
    self.listSigner = listSigner
    plans = PlanStore(journal: journal)
    gate = SystemGate(systems, clock: clock)
  }

  /// What the desk goes by now.
  var settings: DeskSettings { inForce.now }

  // MARK: Calls

  public func answer(
    call name: String, body: [UInt8], from peer: PeerCredentials, as person: String?
  ) async -> CallReply {
    do {
      return CallReply(status: 200, body: try await admit(name, body, try identify(peer, as: person)))
    } catch {
      let refusal = report(error, of: name)
      return CallReply(status: refusal.reason.status, body: Self.problem(refusal))
    }
  }

  /// Makes a call for somebody who is known, if one of his roles may.
  func admit(_ name: String, _ body: [UInt8], _ caller: Caller) async throws -> [UInt8] {
    // A name nobody knows is text from outside: it is neither logged nor repeated.
    guard Permissions.roles[name] != nil else {
      throw Refusal(.notFound, "there is no such call; the program and the daemon differ in version")
    }
    guard Permissions.allow(name, caller) else {
      await denied(name, FailureCode("role"), by: caller)
      let who = caller.person?.name ?? "an operator"
      throw Refusal(.forbidden, "\(who) may not do this (\(name)); it needs one of: \(Self.roleNames(name))")
    }
    return try await dispatch(name, body, caller)
  }

  /// The error in an officer's words; what the daemon could not do is in its own lines too.
  func report(_ error: any Error, of name: String) -> Refusal {
    let refusal = Self.refusal(for: error)
    if refusal.reason == .unavailable {
      logger.error("a call failed", metadata: ["call": "\(name)", "error": "\(Self.safe(error))"])
    }
    return refusal
  }

  private func dispatch(_ name: String, _ body: [UInt8], _ caller: Caller) async throws -> [UInt8] {
    switch name {
    case AddRequest.name: try await run(AddRequest.self, body) { try await add($0, caller) }
    case ListRequests.name: try await run(ListRequests.self, body) { try await list($0) }
    case ShowRequest.name: try await run(ShowRequest.self, body) { try await show($0, caller) }
    case ConfirmRequest.name: try await run(ConfirmRequest.self, body) { try await confirm($0, caller) }
    case RefuseRequest.name: try await run(RefuseRequest.self, body) { try await refuse($0, caller) }
    case WithdrawRequest.name: try await run(WithdrawRequest.self, body) { try await withdraw($0, caller) }
    case CloseRequest.name: try await run(CloseRequest.self, body) { try await close($0, caller) }
    case AddIdentifiers.name: try await run(AddIdentifiers.self, body) { try await addIdentifiers($0, caller) }
    case LinkRequests.name: try await run(LinkRequests.self, body) { try await link($0, caller) }
    case LookForPerson.name: try await run(LookForPerson.self, body) { try await look($0, caller) }
    case ImportRequests.name: try await run(ImportRequests.self, body) { try await importRequests($0, caller) }
    case ExtendDeadline.name: try await run(ExtendDeadline.self, body) { try await extend($0, caller) }
    case AskIdentity.name: try await run(AskIdentity.self, body) { try await askIdentity($0, caller) }
    case CorrectReceipt.name: try await run(CorrectReceipt.self, body) { try await correctReceipt($0, caller) }
    case RecordReply.name: try await run(RecordReply.self, body) { try await reply($0, caller) }
    case MakePlan.name: try await run(MakePlan.self, body) { try await makePlan($0, caller) }
    case ShowPlan.name:
      try await run(ShowPlan.self, body) { try await planView(of: $0.plan, in: $0.language ?? .english) }
    case DecideCategory.name: try await run(DecideCategory.self, body) { try await decide($0, caller) }
    case OrderMeasure.name: try await run(OrderMeasure.self, body) { try await order($0, caller) }
    case LiftMeasure.name: try await run(LiftMeasure.self, body) { try await lift($0, caller) }
    case MeasureDone.name: try await run(MeasureDone.self, body) { try await measureDone($0, caller) }
    case AddDoNotContact.name: try await run(AddDoNotContact.self, body) { try await addDoNotContact($0, caller) }
    case CheckDoNotContact.name:
      try await run(CheckDoNotContact.self, body) { try await checkDoNotContact($0, caller) }
    case ExportDoNotContact.name:
      try await run(ExportDoNotContact.self, body) { try await exportDoNotContact($0, caller) }
    case RemoveDoNotContact.name:
      try await run(RemoveDoNotContact.self, body) { try await removeDoNotContact($0, caller) }
    case PausePlan.name: try await run(PausePlan.self, body) { try await pause($0.plan, caller) }
    case ResumePlan.name: try await run(ResumePlan.self, body) { try await resume($0.plan, caller) }
    case PrepareApproval.name: try await run(PrepareApproval.self, body) { try await prepare($0, caller) }
    case LeaveOut.name: try await run(LeaveOut.self, body) { try await leaveOut($0, caller) }
    case SubmitApproval.name: try await run(SubmitApproval.self, body) { try await submit($0, caller) }
    case Discover.name: try await run(Discover.self, body) { try await discover($0, caller) }
    case DiscoverProgress.name:
      try await run(DiscoverProgress.self, body) { try await discoverProgress($0, caller) }
    case ShowStatements.name: try await run(ShowStatements.self, body) { try await showStatements($0) }
    case DraftRegister.name: try await run(DraftRegister.self, body) { try await draftRegister($0) }
    case ListJobs.name: try await run(ListJobs.self, body) { try await jobs($0) }
    case ListKept.name: try await run(ListKept.self, body) { try await kept($0) }
    case ShowJob.name: try await run(ShowJob.self, body) { try await job($0, caller) }
    case AnswerLetter.name: try await run(AnswerLetter.self, body) { try await answerLetter($0, caller) }
    case ShowLetter.name: try await run(ShowLetter.self, body) { try await showLetter($0) }
    case SendLetter.name: try await run(SendLetter.self, body) { try await sendLetter($0, caller) }
    case RecordPrinted.name: try await run(RecordPrinted.self, body) { try await recordPrinted($0, caller) }
    case RetryJob.name: try await run(RetryJob.self, body) { try await retry($0, caller) }
    case CancelJob.name: try await run(CancelJob.self, body) { try await cancel($0, caller) }
    case ListTasks.name: try await run(ListTasks.self, body) { try await tasks($0) }
    case ShowTask.name: try await run(ShowTask.self, body) { try await task($0.task) }
    case AnswerTask.name: try await run(AnswerTask.self, body) { try await answer($0, caller) }
    case PrepareAttestation.name: try await run(PrepareAttestation.self, body) { try await prepare($0) }
    case SubmitAttestation.name: try await run(SubmitAttestation.self, body) { try await attest($0, caller) }
    case AnnounceRestore.name: try await run(AnnounceRestore.self, body) { try await announce($0, caller) }
    case DrillRestore.name: try await run(DrillRestore.self, body) { try await drill($0, caller) }
    case PrepareStanding.name: try await run(PrepareStanding.self, body) { try await prepare($0) }
    case SubmitStanding.name: try await run(SubmitStanding.self, body) { try await submit($0, caller) }
    case WithdrawStanding.name: try await run(WithdrawStanding.self, body) { try await withdraw($0, caller) }
    case ListRecipients.name: try await run(ListRecipients.self, body) { _ in try await listRecipients() }
    case TestRecipient.name: try await run(TestRecipient.self, body) { try await test($0, caller) }
    case ListSystems.name:
      try await run(ListSystems.self, body) { try await listSystems(counting: $0.counting ?? true) }
    case ReleaseSystem.name: try await run(ReleaseSystem.self, body) { try await release($0, caller) }
    case StopSystem.name: try await run(StopSystem.self, body) { try await stop($0, caller) }
    case SetHold.name: try await run(SetHold.self, body) { try await setHold($0, caller) }
    case ReleaseHold.name: try await run(ReleaseHold.self, body) { try await releaseHold($0, caller) }
    case ListHolds.name: try await run(ListHolds.self, body) { _ in try await listHolds() }
    case ShowPackage.name: try await run(ShowPackage.self, body) { try await show($0) }
    case AddToPackage.name: try await run(AddToPackage.self, body) { try await add($0, caller) }
    case MakePackage.name: try await run(MakePackage.self, body) { try await make($0, caller) }
    case DeliverPackage.name: try await run(DeliverPackage.self, body) { try await deliver($0, caller) }
    case WaivePackage.name: try await run(WaivePackage.self, body) { try await waive($0, caller) }
    case OpenIncident.name: try await run(OpenIncident.self, body) { try await open($0, caller) }
    case ShowIncident.name: try await run(ShowIncident.self, body) { try await show($0) }
    case CloseIncident.name: try await run(CloseIncident.self, body) { try await close($0, caller) }
    case ShowConfiguration.name: try await run(ShowConfiguration.self, body) { _ in try await showConfiguration() }
    case PrepareChange.name: try await run(PrepareChange.self, body) { try await prepare($0) }
    case SubmitChange.name: try await run(SubmitChange.self, body) { try await submit($0, caller) }
    case ListPeople.name: try await run(ListPeople.self, body) { _ in try await listPeople() }
    case InvitePerson.name: try await run(InvitePerson.self, body) { try await invite($0, caller) }
    case DeclareCompromised.name: try await run(DeclareCompromised.self, body) { try await declare($0, caller) }
    case StopWork.name: try await run(StopWork.self, body) { _ in try await stopWork(caller) }
    case ResumeWork.name: try await run(ResumeWork.self, body) { _ in try await resumeWork(caller) }
    case ShowStatus.name: try await run(ShowStatus.self, body) { _ in try await status() }
    case ShowToday.name: try await run(ShowToday.self, body) { _ in try await today(caller) }
    case Check.name: try await run(Check.self, body) { try await check($0) }
    case MakeDossier.name: try await run(MakeDossier.self, body) { try await makeDossier($0, caller) }
    case OpenCaseFile.name: try await run(OpenCaseFile.self, body) { try await open($0, caller) }
    case HandCaseFile.name: try await run(HandCaseFile.self, body) { try await hand($0, caller) }
    case ReportPeriod.name: try await run(ReportPeriod.self, body) { try await report($0) }
    case ExportLog.name: try await run(ExportLog.self, body) { try await logPage($0) }
    case ExportEvidence.name: try await run(ExportEvidence.self, body) { try await evidence($0) }
    case WatchLog.name: try await run(WatchLog.self, body) { try await watch($0) }
    case MoveCalendar.name: try await run(MoveCalendar.self, body) { try await move($0, caller) }
    default: throw Refusal(.notFound, "there is no call \"\(name)\"; the program and the daemon differ in version")
    }
  }

  private func run<C: OfficerCall>(
    _ type: C.Type, _ body: [UInt8], _ answer: (C) async throws -> C.Answer
  ) async throws -> [UInt8] {
    let call: C
    do {
      call = try CanonicalJSON.decode(type, from: body)
    } catch {
      throw Refusal(.invalid, "the call \(C.name) does not read: \(error)")
    }
    return try CanonicalJSON.encode(try await answer(call))
  }

  // MARK: Who

  private func identify(_ peer: PeerCredentials, as name: String?) throws -> Caller {
    let candidates = settings.people.persons.filter { $0.userIDs.contains(peer.userID) }
    if let name {
      guard settings.practice else {
        throw Refusal(.forbidden, "saying who you are (--as) is for practice mode only; your Unix user decides")
      }
      guard let person = candidates.first(where: { $0.name == name }) else {
        throw Refusal(.forbidden, "nobody called \"\(name)\" has this Unix user in the configuration's people:")
      }
      return Caller(person: person, roles: person.roles)
    }
    if candidates.count == 1, let person = candidates.first { return Caller(person: person, roles: person.roles) }
    if candidates.count > 1 {
      let names = candidates.map(\.name).sorted().joined(separator: ", ")
      throw Refusal(.forbidden, "several people have this Unix user: say who you are with --as NAME (\(names))")
    }
    let groups = Set(peer.groups + [peer.groupID])
    if !groups.isDisjoint(with: settings.people.operatorGroups) { return Caller(person: nil, roles: [.operator]) }
    throw Refusal(.forbidden, "Unix user \(peer.userID) is nobody in the configuration's people:; add him there")
  }

  func denied(_ what: String, _ reason: FailureCode, by caller: Caller) async {
    do {
      let draft = try EntryDraft(AccessDenied(what: what, reason: reason), about: .log, by: caller.id)
      try await journal.append([draft], to: .log, expecting: nil)
    } catch {
      logger.error("a denied attempt could not be recorded", metadata: ["error": "\(error)"])
    }
  }

  private static func roleNames(_ call: String) -> String {
    (Permissions.roles[call] ?? []).map(\.rawValue).sorted().joined(separator: ", ")
  }

  // MARK: Errors

  static func refusal(for error: any Error) -> Refusal {
    switch error {
    case let refusal as Refusal: refusal
    case let failure as JournalFailure:
      switch failure {
      case .conflict: Refusal(.conflict, "somebody or something was quicker; look again and repeat")
      case .refused(let why): Refusal(.refused, why)
      case .tooLarge: Refusal(.invalid, failure.description)
      case .full, .corrupt, .rolledBack, .forked, .unavailable, .closed: Refusal(.unavailable, failure.description)
      }
    case let transition as IllegalTransition: Refusal(.refused, transition.description)
    case let failure as VaultFailure: Refusal(.unavailable, "\(failure)")
    case let failure as ConnectorFailure: Refusal(.unavailable, words(for: failure))
    case let problem as EngineProblem: Refusal(.unavailable, problem.description)
    default: Refusal(.unavailable, "the daemon failed in a way it does not know (\(safe(error))); see its log")
    }
  }

  /// An error's type and never its text, which may come from outside.
  private static func safe(_ error: any Error) -> String { String(describing: type(of: error)) }

  static func words(for failure: ConnectorFailure) -> String {
    switch failure {
    case .transient(let code, _): "a system cannot be reached or read now (\(code)); try again"
    case .permanent(let code): "a system cannot be used as the register describes it (\(code))"
    case .needsOfficer(let question):
      "a system needs a decision first (\(question.detail?.rawValue ?? question.code.rawValue))"
    case .outcomeUnknown(let code): "a system did not answer (\(code)); try again"
    case .interrupted: "the daemon is stopping; try again"
    }
  }

  private static func problem(_ refusal: Refusal) -> [UInt8] {
    do { return try CanonicalJSON.encode(refusal) } catch { return Array("{}".utf8) }
  }
}
