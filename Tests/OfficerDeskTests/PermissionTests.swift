import ErasureDomain
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

@Suite struct `Who may make which call` {
  /// Every call, and the roles that may make it: written down here a second time, on purpose.
  static let rules: [String: Set<Role>] = [
    AddRequest.name: [.clerk, .officer],
    ListRequests.name: [.clerk, .officer, .coSigner, .auditor],
    ShowRequest.name: [.clerk, .officer],
    ConfirmRequest.name: [.clerk, .officer],
    RefuseRequest.name: [.officer],
    WithdrawRequest.name: [.clerk, .officer],
    CloseRequest.name: [.officer],
    AddIdentifiers.name: [.clerk, .officer],
    LinkRequests.name: [.clerk, .officer],
    LookForPerson.name: [.clerk, .officer],
    ImportRequests.name: [.clerk, .officer],
    ExtendDeadline.name: [.officer],
    AskIdentity.name: [.clerk, .officer],
    CorrectReceipt.name: [.clerk, .officer],
    RecordReply.name: [.clerk, .officer],
    ShowLetter.name: [.clerk, .officer],
    SendLetter.name: [.officer],
    RecordPrinted.name: [.officer],
    MakePlan.name: [.clerk, .officer],
    ShowPlan.name: [.clerk, .officer, .coSigner, .auditor],
    DecideCategory.name: [.officer],
    OrderMeasure.name: [.officer],
    LiftMeasure.name: [.officer],
    MeasureDone.name: [.officer, .systemOwner],
    AddDoNotContact.name: [.clerk, .officer],
    CheckDoNotContact.name: [.clerk, .officer],
    ExportDoNotContact.name: [.officer],
    RemoveDoNotContact.name: [.officer],
    PausePlan.name: [.officer],
    ResumePlan.name: [.officer],
    PrepareApproval.name: [.officer, .coSigner],
    LeaveOut.name: [.officer],
    SubmitApproval.name: [.clerk, .officer, .coSigner],
    ListJobs.name: [.clerk, .officer, .coSigner, .auditor],
    ListKept.name: [.clerk, .officer, .coSigner, .auditor],
    ShowJob.name: [.clerk, .officer, .coSigner, .auditor],
    AnswerLetter.name: [.officer],
    RetryJob.name: [.officer],
    CancelJob.name: [.officer],
    ListTasks.name: [.clerk, .officer, .systemOwner],
    ShowTask.name: [.clerk, .officer, .systemOwner],
    AnswerTask.name: [.officer],
    PrepareAttestation.name: [.clerk, .officer, .systemOwner],
    SubmitAttestation.name: [.clerk, .officer, .systemOwner],
    SetHold.name: [.clerk, .officer],
    ReleaseHold.name: [.clerk, .officer],
    ListHolds.name: [.clerk, .officer, .coSigner, .auditor],
    ShowPackage.name: [.clerk, .officer, .coSigner, .auditor],
    AddToPackage.name: [.clerk, .officer, .systemOwner],
    MakePackage.name: [.officer],
    DeliverPackage.name: [.officer],
    WaivePackage.name: [.officer],
    OpenIncident.name: [.clerk, .officer],
    ShowIncident.name: [.clerk, .officer, .coSigner, .auditor],
    CloseIncident.name: [.officer],
    StopWork.name: [.clerk, .officer, .systemOwner, .operator],
    ResumeWork.name: [.officer],
    ListSystems.name: Set(Role.allCases),
    ShowConfiguration.name: [.officer, .auditor, .operator],
    PrepareChange.name: [.officer],
    SubmitChange.name: [.clerk, .officer],
    ListPeople.name: [.officer, .auditor, .operator],
    InvitePerson.name: [.officer],
    DeclareCompromised.name: [.officer],
    AnnounceRestore.name: [.clerk, .officer, .operator],
    DrillRestore.name: [.officer, .operator],
    PrepareStanding.name: [.officer],
    SubmitStanding.name: [.clerk, .officer],
    WithdrawStanding.name: [.officer],
    ListRecipients.name: Set(Role.allCases),
    TestRecipient.name: [.officer, .systemOwner, .operator],
    ReleaseSystem.name: [.systemOwner],
    StopSystem.name: [.systemOwner, .officer],
    ShowStatus.name: Set(Role.allCases),
    ShowToday.name: Set(Role.allCases),
    Check.name: [.officer, .auditor, .operator],
    WatchLog.name: [.clerk, .officer, .coSigner, .auditor],
    Discover.name: [.clerk, .officer],
    DiscoverProgress.name: [.clerk, .officer],
    DraftRegister.name: [.clerk, .officer, .systemOwner],
    ShowStatements.name: [.clerk, .officer, .systemOwner],
    ExportEvidence.name: [.officer, .auditor], ExportLog.name: [.officer, .auditor],
    MakeDossier.name: [.officer, .auditor],
    OpenCaseFile.name: [.officer],
    HandCaseFile.name: [.officer],
    ReportPeriod.name: [.clerk, .officer, .coSigner, .auditor],
    MoveCalendar.name: [.clerk, .officer],
  ]

  private static let players: [Role: Member] = [
    .clerk: .anna, .officer: .bram, .coSigner: .carl, .systemOwner: .dora, .auditor: .erik, .operator: .fred,
  ]

  @Test func `every role makes its calls and no other`() async throws {
    let scene = try await DeskScene()
    var denied = 0
    for (call, roles) in Self.rules.sorted(by: { $0.key < $1.key }) {
      for role in Role.allCases {
        let member = try #require(Self.players[role])
        let reply = await scene.reply(to: call, Array("{}".utf8), from: member)
        if roles.contains(role) {
          // What follows the rule about roles is another matter: an empty body does not read, or there is nothing.
          #expect([200, 400, 422].contains(reply.status), "\(call) by \(role): \(reply.status)")
        } else {
          denied += 1
          let refusal = try CanonicalJSON.decode(Refusal.self, from: reply.body)
          #expect(reply.status == 403, "\(call) by \(role): \(reply.status)")
          let who = member == .fred ? "an operator" : member.rawValue
          let names = roles.map(\.rawValue).sorted().joined(separator: ", ")
          #expect(refusal.message == "\(who) may not do this (\(call)); it needs one of: \(names)")
        }
      }
    }
    let entries = try await scene.entries(AccessDenied.kind)
    #expect(entries.count == denied)
    #expect(try entries.allSatisfy { try $0.facts(as: AccessDenied.self).reason.rawValue == "role" })
  }

  @Test func `a call that does not exist is not found, and its name is kept nowhere`() async throws {
    let scene = try await DeskScene()
    for member in [Member.bram, .fred] {
      let reply = await scene.reply(to: DeskSystems.email, Array("{}".utf8), from: member)
      #expect(reply.status == 404, "\(member)")
    }
    for entry in try await scene.entries() {
      #expect(!String(decoding: entry.encoded(), as: UTF8.self).contains(DeskSystems.email))
    }
  }

  @Test func `an unknown Unix user is refused everything`() async throws {
    let scene = try await DeskScene()
    for call in Self.rules.keys.sorted() {
      let reply = await scene.reply(to: call, Array("{}".utf8), from: .nobody)
      #expect(reply.status == 403)
    }
    let refusal = try await scene.refusal(of: ShowStatus(), by: .nobody)
    #expect(refusal.message.contains("Unix user \(Member.nobody.userID) is nobody in the configuration's people:"))
  }

  @Test func `saying who one is works in practice mode only`() async throws {
    let scene = try await DeskScene()
    for person in ["bram", "chris"] {
      let refusal = try await scene.refusal(of: ShowStatus(), by: .bram, as: person)
      #expect(refusal.reason == .forbidden)
      #expect(refusal.message.contains("(--as) is for practice mode only"))
    }
  }

  @Test func `two people with one Unix user must say who they are`() async throws {
    var options = DeskScene.Options()
    options.practice = true
    let twins = [Member.bram, .anna].map { member in
      Person(
        name: member.rawValue, id: member.id, roles: member.roles, userIDs: [Member.bram.userID],
        principals: [member.principal])
    }
    options.people = People(persons: twins + [Member.chris.person])
    let scene = try await DeskScene(options)
    let silent = try await scene.refusal(of: ShowStatus(), by: .bram)
    #expect(silent.reason == .forbidden)
    #expect(silent.message == "several people have this Unix user: say who you are with --as NAME (anna, bram)")
    try await scene.say(ShowStatus(), by: .bram, as: "anna")
    let wrong = try await scene.refusal(of: ShowStatus(), by: .bram, as: "chris")
    #expect(wrong.message == "nobody called \"chris\" has this Unix user in the configuration's people:")
    // As Anna he has Anna's role, not his own.
    let role = try await scene.refusal(of: PausePlan(plan: "1"), by: .bram, as: "anna")
    #expect(role.message.hasPrefix("anna may not do this"))

    options.practice = false
    let real = try await DeskScene(options)
    #expect(try await real.refusal(of: ShowStatus(), by: .bram).message.contains("several people"))
    #expect(try await real.refusal(of: ShowStatus(), by: .bram, as: "anna").message.contains("practice mode only"))
  }

  @Test func `an operator sees no person`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    try await scene.confirm()
    try await scene.draft()
    let status = try await scene.say(ShowStatus(), by: .fred)
    #expect(status.requests == ["verified": 1])
    _ = try await scene.say(Check(deep: true), by: .fred)
    for heard in scene.heard where heard.member == .fred {
      let text = String(decoding: heard.reply.body, as: UTF8.self)
      #expect(!text.contains(DeskSystems.email) && !text.contains("r-"))
    }
    #expect(try await scene.refusal(of: ShowRequest(request: "1"), by: .fred).reason == .forbidden)
    #expect(
      try await scene.refusal(of: WatchLog(request: nil, from: 0, waitSeconds: 0), by: .fred).reason == .forbidden)
  }

  @Test func `a call that does not read is refused by its name`() async throws {
    let scene = try await DeskScene()
    let reply = await scene.reply(to: AddRequest.name, Array("{\"channel\":1}".utf8), from: .anna)
    #expect(reply.status == 400)
    let refusal = try CanonicalJSON.decode(Refusal.self, from: reply.body)
    #expect(refusal.message.hasPrefix("the call request.add does not read"))
    #expect(await scene.reply(to: AddRequest.name, [0xFF, 0xFE], from: .anna).status == 400)
  }
}
