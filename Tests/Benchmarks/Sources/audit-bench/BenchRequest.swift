import ErasureDomain
import EvidenceLog
import TestKit

/// One request on its way through the log: steps, each at its time.
final class BenchRequest {
  typealias Step = (inout BenchLog, BenchRequest, UTCTime) throws -> Void

  /// What becomes of it.
  enum Course: CaseIterable {
    case erased
    case refused
    case withdrawn
  }

  let request: RequestReference
  let number: Int
  var entries: [BenchEntry] = []
  /// The place of the conclusion among `entries`.
  var concluded: Int?
  var plan: ErasurePlan?
  var digest: ContentDigest?
  private(set) var steps: [(at: UTCTime, step: Step)] = []
  private var next = 0

  init(_ reference: RequestReference, number: Int, course: Course, from start: UTCTime, random: SeededRandom) {
    request = reference
    self.number = number
    var clock = start
    func then(_ seconds: ClosedRange<Int>, _ step: @escaping Step) {
      clock = clock.adding(seconds: Int64(random.number(in: seconds)))
      steps.append((clock, step))
    }
    then(0...0) { try $1.receive(&$0, $2) }
    switch course {
    case .erased: BenchErasure.steps(of: self, random: random, then: then)
    case .refused:
      then(3_600...90_000) { try $1.add(RequestRefused(ground: "not-identified"), &$0, $2, by: $0.drafter) }
      closing(then)
      then(60...120) { try $1.end(&$0, $2) }
    case .withdrawn:
      then(3_600...90_000) { try $1.add(RequestWithdrawn(), &$0, $2, by: $0.drafter) }
      closing(then)
      then(60...120) { try $1.end(&$0, $2) }
    }
  }

  /// When it goes on; nil when it is over.
  var nextAt: UTCTime? { next < steps.count ? steps[next].at : nil }

  func goOn(_ log: inout BenchLog) throws {
    let (at, step) = steps[next]
    next += 1
    try step(&log, self, at)
  }

  /// A step that was found out on the way; it comes after all others.
  func append(at time: UTCTime, _ step: @escaping Step) {
    steps.append((max(time, steps.last?.at ?? time), step))
  }

  // MARK: Entries

  func add<Facts: EntryFacts>(
    _ facts: Facts, _ log: inout BenchLog, _ at: UTCTime, _ job: PlannedJob? = nil, ofPlan: Bool = false,
    by: Officer? = nil
  ) throws {
    let subject = EntrySubject(request: request, plan: job != nil || ofPlan ? plan?.plan : nil, job: job?.job)
    entries.append(try log.add(facts, subject, by: by, at: at))
  }

  private func receive(_ log: inout BenchLog, _ at: UTCTime) throws {
    let dates = try DueDates.compute(received: at.utcDay, calendar: .netherlands(.atw))
    try add(
      RequestReceived(
        number: number, commitment: Hex.encode(log.random.bytes(32)), channel: "email", receivedAt: at,
        receivedOn: at.utcDay, capacities: [.customer],
        identifierKinds: [.email, IdentifierKind(rawValue: "customer-no")], dueDates: dates),
      &log, at, by: log.drafter)
    try letter(.acknowledgement, &log, at)
  }

  private func letter(_ kind: SubjectLetterKind, _ log: inout BenchLog, _ at: UTCTime) throws {
    try add(
      LetterSent(
        letter: kind, language: "nl", channel: .mail, on: at.utcDay, mac: Hex.encode(log.random.bytes(32)),
        proof: FailureCode("smtp-250"), queue: "4Zq\(number)"), &log, at)
  }

  /// From the last letter to the destroyed vault entry.
  func closing(_ then: (ClosedRange<Int>, @escaping Step) -> Void) {
    then(3_600...200_000) { log, request, at in
      // Content by mail goes to nobody who was not confirmed.
      if request.concluded != nil { try request.letter(.completion, &log, at) }
      try request.add(SubjectInformed(on: at.utcDay, channel: "email"), &log, at, by: log.drafter)
      try request.add(RequestClosed(), &log, at, by: log.drafter)
    }
    then(1...5) { try $1.add(VaultDestroyed(items: 7), &$0, $2) }
  }

  func conclude(_ log: inout BenchLog, _ look: LastLook, _ at: UTCTime) throws {
    let list = log.list(entries[...])
    let register = try register(&log)
    let report = try report(&log, register)
    concluded = entries.count
    try add(
      RequestConcluded(
        looks: [look, LastLook(at: at, systems: look.systems, remaining: 0)], entries: list.ranges,
        entriesRoot: list.root, report: report, register: register), &log, at)
  }

  func end(_ log: inout BenchLog, _ at: UTCTime) throws {
    let list = log.list(entries[(concluded ?? 0)...])
    let register = try register(&log)
    try add(
      RequestEnded(
        entries: list.ranges, entriesRoot: list.root, report: try report(&log, register), register: register), &log, at)
    entries = []
  }

  /// The one with which the log was opened: it never changes here.
  private func register(_ log: inout BenchLog) throws -> RegisterSince {
    RegisterSince(inForce: try log.artifact(Array("register".utf8)), times: 0, systems: [])
  }

  private func report(_ log: inout BenchLog, _ register: RegisterSince) throws -> ContentDigest {
    let read = entries.map { (index: $0.index, entry: $0.entry) }
    return try log.artifact(
      Array(try ErasureReport.text(request: request, plan: plan, entries: read, register: register).utf8))
  }
}
