public import ConnectorKit
import Correspondence
public import ErasureDomain

/// Tells a recipient by letter, mailed or printed, and takes his answer from the page that the letter links to.
///
/// A mail is read by others on its way: it names nobody, and the page shows the person to whoever has the link, until the
/// answer. A printed letter is in an envelope and names the person itself.
public struct LetterConnector: Connector, Reminding, PageAnswering, Discarding {
  /// The name in the register.
  public static let kind = ConnectorKind("letter")
  /// Seconds that the mail program may take.
  static let mailSeconds: Int64 = 60

  /// Names under which something is kept in the vault for later attempts.
  private enum Remembered {
    /// The time of the letter, so that every attempt sends the same bytes.
    static let time = "letter-time"
    static let reminderTime = "reminder-time"
    static let reminded = "reminded"
  }

  private let settings: LetterSettings
  private let record: SystemRecord
  private let clock: any CivilClock
  private let random: any RandomSource
  private let publicURL: String?
  private let mail: (any MailSending)?
  private let folder: PrintFolder?

  /// Always a problem: this kind needs the post of the process.
  public init(settings: LetterSettings, context: ConnectorContext) throws(SettingsProblem) {
    try self.init(settings: settings, context: context, post: LetterPost())
  }

  /// Checks addressee, way and sender; sends nothing.
  public init(settings: LetterSettings, context: ConnectorContext, post: LetterPost) throws(SettingsProblem) {
    let system = context.record.system
    if let problem = settings.problem { throw SettingsProblem("system \"\(system)\": \(problem)") }
    guard !context.record.identifiers.isEmpty else {
      throw SettingsProblem("system \"\(system)\": no identifiers to tell; name their kinds under identifiers")
    }
    if settings.isPrinted {
      guard let path = post.printFolder else {
        throw SettingsProblem(
          "system \"\(system)\": print needs print-folder: in the configuration of expunged, a folder for the letters")
      }
      folder = PrintFolder(path: path)
      mail = nil
    } else {
      guard let sender = post.mail else {
        throw SettingsProblem(
          "system \"\(system)\": mail needs mail: in the configuration of expunged, such as "
            + "{from: privacy@example.nl, command: [/usr/sbin/sendmail, -t, -i]}")
      }
      guard context.publicURL != nil else {
        throw SettingsProblem(
          "system \"\(system)\": a mail holds nothing but the link to our page; write recipients: in the configuration "
            + "of expunged, or print: true here")
      }
      mail = sender
      folder = nil
    }
    self.settings = settings
    record = context.record
    clock = context.clock
    random = context.random
    publicURL = context.publicURL
  }

  /// Nothing: a recipient is told, never searched.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// Sends the letter, the same one in every attempt.
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    // He has answered already: then he knows.
    if order.remembered[RememberedCall.name] != nil { return .handedOver(checkAfterSeconds: 0) }
    let (letter, time) = try await prepared(order, before)
    try await before.record(PreparedEffect(effects: []))
    guard !Task.isCancelled else { throw .interrupted }
    if let folder {
      try folder.put(PrintedLetter(letter).html, for: order.job)
    } else {
      try await send(MailedLetter(letter, to: settings.mail ?? "", at: time))
    }
    return .handedOver(checkAfterSeconds: .max)
  }

  /// The letter with its link and its time, both in the vault before anything leaves the house.
  private func prepared(
    _ order: ErasureOrder, _ recorder: any EffectRecorder
  ) async throws(ConnectorFailure) -> (letter: RecipientLetter, time: UTCTime) {
    if let time = order.remembered[Remembered.time].flatMap({ UTCTime($0) }) { return (try letter(order), time) }
    // An attempt may have ended between the two: its link is the one.
    let link =
      order.remembered[RememberedLink.name]
      ?? publicURL.map { $0 + LetterToken.path + LetterToken(for: order.job, using: random).text }
    let time = clock.now()
    let letter = try letter(order, at: time, link: link)
    if let link { try await recorder.remember(link, as: RememberedLink.name) }
    try await recorder.remember(time.description, as: Remembered.time)
    return (letter, time)
  }

  public func letter(_ order: ErasureOrder) throws(ConnectorFailure) -> RecipientLetter {
    guard let time = order.remembered[Remembered.time].flatMap({ UTCTime($0) }) else {
      throw .permanent(FailureCode("no-letter"))
    }
    return try letter(order, at: time, link: order.remembered[RememberedLink.name])
  }

  private func letter(
    _ order: ErasureOrder, at time: UTCTime, link: String?
  ) throws(ConnectorFailure) -> RecipientLetter {
    guard let duty = LetterDuty(order.verb) else { throw .permanent(FailureCode("verb-not-supported")) }
    // Only what the recipient holds already.
    let told = order.identifiers.filter { record.identifiers.contains($0.kind) }
      .sorted { ($0.kind, $0.value) < ($1.kind, $1.value) }
    guard !told.isEmpty else { throw .permanent(FailureCode("no-identifier-for-this-company")) }
    guard told.allSatisfy({ $0.value.contains { !$0.isWhitespace } }) else {
      throw .permanent(FailureCode("empty-identifier"))
    }
    return RecipientLetter(
      language: settings.language, duty: duty, from: settings.from, to: settings.to, job: order.job,
      written: clock.day(of: time), answerBy: clock.day(of: order.deadline.adding(seconds: -1)), identifiers: told,
      link: link)
  }

  /// What he answered, as the vault has it.
  public func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    guard let body = order.remembered[RememberedCall.name] else { return .pending(retryAfterSeconds: nil) }
    let answer: LetterAnswer
    do { answer = try CanonicalJSON.decode(LetterAnswer.self, from: Array(body.utf8)) } catch {
      throw .needsOfficer(Question(code: .refusedByRecipient, detail: FailureCode("malformed-status")))
    }
    do {
      try folder?.remove(order.job)
    } catch {
      // Nobody needs to print it any more. What cannot be removed now goes before the request's vault entry does.
    }
    let kept = answer.kept.map { [KeptCount(rule: "recipient", until: $0.until, count: 1)] } ?? []
    let seen = Verification(
      voucher: .recipientUnsigned, seen: .confirmation,
      path: answer.isEntered == true ? CallbackReceived.enteredPath : CallbackReceived.pagePath, kept: kept)
    switch answer.said {
    case .done, .kept: return .completed(seen, rows: answer.records)
    case .nothingFound: return .noMatch(seen)
    }
  }

  /// There is no other look than his answer: a letter that was sent proves nothing.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    switch try await poll(order) {
    case .completed(let seen, _), .noMatch(let seen): return seen
    case .pending, .denied, .cancelled:
      return Verification(
        voucher: .us, seen: .dispatch, path: FailureCode("no-answer"),
        remaining: [DatasetCount(dataset: "recipient", isRoot: true, erase: 1)])
    }
  }

  /// A second mail with the same link. Who got paper is not reminded.
  public func remind(_ order: ErasureOrder, before recorder: any EffectRecorder) async throws(ConnectorFailure) {
    guard mail != nil, order.remembered[Remembered.reminded] == nil else { return }
    let time = order.remembered[Remembered.reminderTime].flatMap { UTCTime($0) } ?? clock.now()
    if order.remembered[Remembered.reminderTime] == nil {
      try await recorder.remember(time.description, as: Remembered.reminderTime)
    }
    try await send(MailedLetter(try letter(order), to: settings.mail ?? "", at: time, isReminder: true))
    try await recorder.remember("yes", as: Remembered.reminded)
  }

  public func discard(_ job: JobReference) throws(ConnectorFailure) { try folder?.remove(job) }

  // MARK: Mail

  private func send(_ letter: MailedLetter) async throws(ConnectorFailure) {
    guard let mail else { throw .permanent(FailureCode("no-mail-command")) }
    let until = clock.now().adding(seconds: Self.mailSeconds)
    let clock = clock
    let outgoing = OutgoingMail(from: settings.from.mail ?? "", to: settings.mail ?? "", message: letter.message)
    let ending = await withTaskGroup(of: MailEnding.self) { group in
      group.addTask { await mail.send(outgoing) }
      group.addTask {
        // Cancelled when the program was quicker: then nobody reads this.
        do { try await clock.wait(until: until) } catch { return .killed }
        return .killed
      }
      let first = await group.next() ?? .killed
      group.cancelAll()
      return first
    }
    switch ending {
    case .exited(0): return
    case .answered(let code, _) where (200..<300).contains(code): return
    case .answered(let code, _) where code >= 500:
      throw .needsOfficer(Question(code: .other, detail: FailureCode("mail-status-\(code)")))
    case .answered: throw .transient(FailureCode("mail-not-now"), retryAfterSeconds: nil)
    // EX_TEMPFAIL; the others of sysexits.h say that something must be put right.
    case .exited(75): throw .transient(FailureCode("mail-not-now"), retryAfterSeconds: nil)
    case .exited(let status) where (64...78).contains(status):
      throw .needsOfficer(Question(code: .other, detail: FailureCode("mail-status-\(status)")))
    case .exited: throw .transient(FailureCode("mail-command-failed"), retryAfterSeconds: nil)
    case .notStarted: throw .transient(FailureCode("mail-command-not-started"), retryAfterSeconds: nil)
    // It may have been sent; the next attempt's message has the same id.
    case .killed: throw .outcomeUnknown(FailureCode("mail-command-cut-off"))
    }
  }
}
