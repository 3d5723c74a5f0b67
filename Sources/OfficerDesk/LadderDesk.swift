import ConnectorKit
import Correspondence
import ErasureDomain
import Journal
import Logging

// Alarms to people of the organisation: who is told, who next, and the proof of it.
extension OfficerDesk {
  /// One mail names so many things; the others come with the next.
  static let mostInAlarm = 50

  /// Tells everybody what his step of the ladder is due for, in one mail each, also when the moment passed while nothing
  /// ran. Who has no address, or where nothing is mailed, is called by `notice` (code, reference, the person's name).
  ///
  /// What was told is in the log once it was handed over; a crash in between tells it a second time, never not at all.
  /// - Returns: How many things were told to people, and how many people could not be reached; those are tried again.
  public func climbLadders(
    post: LetterOffice.Post?, notice: @Sendable (_ code: String, _ reference: String, _ name: String) -> Void
  ) async throws -> (told: Int, failed: Int) {
    guard !settings.ladder.isEmpty else { return (0, 0) }
    let (now, today) = (clock.now(), clock.today)
    let byPerson = try await calls(at: now, on: today)
    var (told, failed) = (0, 0)
    for person in settings.people.persons {
      guard let due = byPerson[person.id]?.first(Self.mostInAlarm) else { continue }
      let matters = try await numbered(due.map(\.matter))
      guard let (proof, queue) = await tell(person, matters, post, notice, at: now) else {
        failed += 1
        continue
      }
      let drafts = try due.map { matter, step in
        try EntryDraft(
          AlarmSent(
            code: FailureCode(matter.kind.rawValue), about: matter.about, since: matter.since, step: step,
            person: person.id, proof: proof, queue: queue),
          about: .log)
      }
      try await journal.append(drafts, to: .log, expecting: nil)
      told += drafts.count
    }
    return (told, failed)
  }

  /// What each person is to be told now, the oldest of it.
  private func calls(at now: UTCTime, on today: CivilDate) async throws -> [PersonReference: DueCalls] {
    let alarms = try await journal.read { reader in try reader.log().alarms ?? [] }
    let standing = Dictionary(
      alarms.map { (AlarmKey(code: $0.code.rawValue, about: $0.about, since: $0.since), $0) }
    ) { first, _ in first }
    let present = Set(settings.people.persons.filter { $0.isPresent(on: today) }.map(\.id))
    var byPerson: [PersonReference: DueCalls] = [:]
    try await forEachMatter(at: now) { matter in
      let told = standing[AlarmKey(code: matter.kind.rawValue, about: matter.about, since: matter.since)]
      for (step, person) in settings.ladder.due(matter, told: told, at: now, present: { present.contains($0) }) {
        byPerson[person, default: DueCalls()].add(matter, step)
      }
    }
    return byPerson
  }

  /// The proof of the handing over; nil when it was not taken.
  private func tell(
    _ person: Person, _ matters: [AlarmMatter], _ post: LetterOffice.Post?,
    _ notice: @Sendable (String, String, String) -> Void, at now: UTCTime
  ) async -> (FailureCode, String?)? {
    guard let post, let address = person.mail else {
      for matter in matters { notice(matter.kind.rawValue, matter.about, person.name) }
      return (FailureCode("notice"), nil)
    }
    let mail = AlarmMail(
      matters.map(\.line), origin: settings.origin, person: person.id, from: post.from, to: address, at: now)
    return Self.proof(of: await hand(mail.mail, to: post))
  }
}

/// By what the log's record of an alarm is found.
private struct AlarmKey: Hashable {
  let code: String
  let about: String
  let since: UTCTime
}

/// The oldest things of which one person is to be told; however many wait, not many more are kept than a mail names.
private struct DueCalls {
  private var calls: [(matter: AlarmMatter, step: Int)] = []

  mutating func add(_ matter: AlarmMatter, _ step: Int) {
    calls.append((matter, step))
    if calls.count > 4 * OfficerDesk.mostInAlarm { calls = first(OfficerDesk.mostInAlarm) }
  }

  func first(_ count: Int) -> [(matter: AlarmMatter, step: Int)] {
    Array(calls.sorted { ($0.matter.since, $0.matter.about) < ($1.matter.since, $1.matter.about) }.prefix(count))
  }
}

extension AlarmMatter {
  /// What an alarm says of it: request numbers and references, and the command that shows it.
  fileprivate var line: String {
    let request = number.map { "request \($0): " } ?? ""
    return switch kind {
    case .deadlineNear: "\(request)its work-to date is near. expunge request show \(number ?? 0)"
    case .taskWaits: "\(request)a task waits for an answer. expunge task show \(about)"
    case .packageWaits: "\(request)what the person takes along waits. expunge package show \(number ?? 0)"
    case .copyLingers: "\(request)a copy is still there after its day. expunge task show \(about)"
    case .companySilent: "\(request)a company is silent. expunge job show \(about)"
    case .incident: "\(request)the authority must hear of a breach. expunge incident show \(number ?? 0)"
    case .planWaits: "\(request)its plan waits for signatures. expunge plan show \(about)"
    case .informThePerson: "\(request)it is decided, and the person was not told. expunge request show \(number ?? 0)"
    case .objectionWaits:
      "\(request)an objection to marketing does not hold everywhere yet. expunge request show \(number ?? 0)"
    case .erasedIsBack where number != nil:
      "\(request)records that had been erased for it are there again. expunge task show \(about)"
    case .erasedIsBack: "system \(about): records that had been erased are there again. expunge status"
    }
  }
}
