import ConnectorKit
import ErasureDomain
import ErasurePlanning
import Foundation
import HTTPTransport
import Listeners
import OfficerDesk

/// The daemon's configuration, read strictly: an unknown key names file, line and key.
struct Configuration {
  var origin = ""
  var practice = false
  var country = ""
  var holidays = HolidayFlavour.strict
  var timeZone = ""
  /// The public holidays of country and flavour.
  var calendar = HolidayCalendar.netherlands(.strict)
  /// So many working days before a work-to date people are called.
  var alarmWorkingDays = [15, 7, 3, 1]
  /// Who is told what, and who next.
  var ladder = AlarmLadder()
  /// Whether copies of identity documents may be asked for.
  var identityDocuments = false
  /// The list of who must not be contacted for marketing; nil where there is none.
  var doNotContact: DoNotContactSettings?
  var state = ""
  var evidence = ""
  var socket = "/run/expunged/command.sock"
  var register = ""
  var organisation = ""
  var allowedSigners = ""
  var credentials: String?
  var approvals = 2
  /// Whether a key in hardware must ask for a PIN or biometry.
  var requiresPIN = false
  /// Hours between the last signature and the first step.
  var waitingHours = 0
  /// Months for which mails and tickets of a request itself are spared.
  var correspondenceMonths = 60
  /// Months after a request's end for which signatures, receipts and reports are kept; nil where they are kept for ever.
  var artifactMonths: Int?
  var notice: [String] = []
  /// Takes one mail from its standard input, such as `[/usr/sbin/sendmail, -t, -i]`; empty where no letter is mailed.
  var mailCommand: [String] = []
  /// Where letters to be printed are put; nil where none is printed.
  var printFolder: String?
  /// Who carries our mail; nil where nothing is mailed but by `mail-command`.
  var mail: Mail?
  /// How letters to the person are written; nil where none are.
  var letters: Letters?
  /// What is kept beyond closing; nil where nothing is.
  var caseFiles: CaseFiles?
  /// Who outside says when they saw the log; nil where nobody is asked.
  var anchors: Anchors?
  /// A folder on another disk that gets each checkpoint too; nil where there is none.
  var highWaterMark: String?
  /// The socket of an agent that holds the log's key; nil where it is a credential.
  var logKeyAgent: String?
  var people = People(persons: [])
  /// Where companies are heard, and how they reach it; nil where nobody is.
  var recipients: Recipients?
  /// Where officers find the page; nil where there is none.
  var page: OfficerPage.Settings?
  var settlingSeconds: Int64?
  var pollSeconds: [Int64]?

  struct Recipients {
    var listen: RecipientListener.Address
    /// Without a slash at its end.
    var url: String
    /// Companies that may tell us to erase.
    var senders: [NoticeSender] = []
    /// Name of the credential that signs receipts, and their `iss`.
    var receipts: (key: String, issuer: String)?
  }

  static func load(_ path: String) throws -> Configuration {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw StartProblem("\(path) cannot be read; make one with `expunged init --config \(path)`")
    }
    guard let text = String(data: data, encoding: .utf8) else { throw StartProblem("\(path) is not UTF-8") }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let (value, faults) = StrictReader.reading(RegisterFile(path: path, text: text)) { reader, root in
      read(root, &reader, folder: folder)
    }
    guard let value else { throw StartProblem(faults.map(\.description).joined(separator: "\n")) }
    return value
  }

  private static let keys: [KnownKey] = [
    .required("expunged", "write expunged: 1"), .required("origin", "name the log, such as erasure.example/evidence"),
    .optional("practice"), .required("country", "write the country whose law counts, such as NL"),
    .required("holidays", "choose strict, atw or atw-decree"),
    .required("time-zone", "write the controller's time zone, such as Europe/Amsterdam"),
    .required("state", "name the folder of the stores"),
    .required("evidence", "name the folder the log is published to"), .optional("socket"),
    .required("register", "name the folder of the system register"),
    .required("organisation", "name the folder of your systems inside the register"),
    .required("allowed-signers", "name the allowed_signers file"), .optional("credentials"), .optional("approvals"),
    .optional("waiting-hours"), .optional("correspondence-months"), .optional("artifact-months"),
    .optional("notice"), .optional("mail-command"), .optional("print-folder"), .optional("mail"), .optional("letters"),
    .required("people", "name the people who use expunged"), .optional("operator-groups"),
    .optional("recipients"), .optional("settling-seconds"), .optional("poll-seconds"),
    .optional("alarm-working-days"), .optional("ladder"), .optional("identity-documents"), .optional("do-not-contact"),
    .optional("case-files"), .optional("page"), .optional("signatures"),
    .optional("anchors"), .optional("high-water-mark"), .optional("log-key-agent"),
  ]

  private static func read(_ root: Member, _ reader: inout StrictReader, folder: String) -> Configuration? {
    guard let members = reader.members(of: root, what: "the configuration", keys: keys) else { return nil }
    var result = Configuration()
    _ = members["expunged"].flatMap { reader.integer($0, in: 1...1) }
    func path(_ text: String?) -> String { text.map { $0.hasPrefix("/") ? $0 : folder + "/" + $0 } ?? "" }
    result.origin = members["origin"].flatMap { reader.text($0) } ?? ""
    result.practice = members["practice"].flatMap { reader.boolean($0) } ?? false
    result.country = members["country"].flatMap { reader.text($0) } ?? ""
    readClocks(members, &reader, into: &result)
    result.timeZone = members["time-zone"].flatMap { reader.text($0) } ?? ""
    if TimeZone(identifier: result.timeZone) == nil, let member = members["time-zone"] {
      reader.fault(member.line, "\"time-zone\" is unknown on this machine; write one such as Europe/Amsterdam")
    }
    result.state = path(members["state"].flatMap { reader.text($0) })
    result.evidence = path(members["evidence"].flatMap { reader.text($0) })
    result.register = path(members["register"].flatMap { reader.text($0) })
    result.allowedSigners = path(members["allowed-signers"].flatMap { reader.text($0) })
    result.organisation = members["organisation"].flatMap { reader.name($0) } ?? ""
    if let member = members["socket"], let text = reader.text(member) { result.socket = path(text) }
    if let member = members["credentials"], let text = reader.text(member) { result.credentials = path(text) }
    if let member = members["correspondence-months"] {
      result.correspondenceMonths = reader.integer(member, in: 1...240) ?? 60
    }
    if let member = members["artifact-months"] { result.artifactMonths = reader.integer(member, in: 1...1_200) }
    if let member = members["waiting-hours"] { result.waitingHours = reader.integer(member, in: 0...720) ?? 0 }
    if let member = members["approvals"] { result.approvals = reader.integer(member, in: 1...5) ?? 2 }
    if let member = members["signatures"] { readSignatures(member, &reader, into: &result) }
    if let member = members["notice"] {
      result.notice = reader.elements(of: member)?.compactMap { reader.text($0) } ?? []
      if result.notice.first?.hasPrefix("/") != true {
        reader.fault(member.line, "\"notice\" names no program by its path; write [/usr/local/bin/tell-officers]")
      }
    }
    if let member = members["mail-command"] {
      result.mailCommand = reader.elements(of: member)?.compactMap { reader.text($0) } ?? []
      if result.mailCommand.first?.hasPrefix("/") != true {
        reader.fault(member.line, "\"mail-command\" names no program by its path; write [/usr/sbin/sendmail, -t, -i]")
      }
    }
    if let member = members["print-folder"], let text = reader.text(member) { result.printFolder = path(text) }
    if let member = members["do-not-contact"] { readDoNotContact(member, &reader, into: &result) }
    result.mail = members["mail"].flatMap { mail($0, &reader) }
    result.letters = members["letters"].flatMap { letters($0, &reader, path: path) }
    result.caseFiles = members["case-files"].flatMap { caseFiles($0, &reader, path: path) }
    result.anchors = members["anchors"].flatMap { anchors($0, &reader, path: path) }
    result.highWaterMark = members["high-water-mark"].flatMap { reader.text($0) }.map { path($0) }
    result.logKeyAgent = members["log-key-agent"].flatMap { reader.text($0) }.map { path($0) }
    if let member = members["settling-seconds"] {
      result.settlingSeconds = reader.integer(member, in: 0...2_592_000).map(Int64.init)
    }
    if let member = members["poll-seconds"] {
      let steps = reader.elements(of: member)?.compactMap { reader.integer($0, in: 1...2_592_000) } ?? []
      result.pollSeconds = steps.map(Int64.init)
      if steps.isEmpty { reader.fault(member.line, "\"poll-seconds\" is empty; write [3600, 21600, 86400]") }
    }
    result.page = members["page"].flatMap { page($0, &reader) }
    result.recipients = members["recipients"].flatMap { recipients($0, &reader) }
    readPeople(members, &reader, into: &result)
    if let member = members["ladder"] { readLadder(member, &reader, into: &result) }
    return result
  }

  /// What the log calls "the people".
  var peopleConfiguration: PeopleConfiguration {
    PeopleConfiguration(people: people, approvals: approvals, waitingHours: waitingHours, requiresPIN: requiresPIN)
  }

  /// Systems that somebody owns and that are not in the register: a wrong spelling would leave one without an owner.
  func requireKnownSystems(_ register: SystemRegister) throws {
    for person in people.persons {
      for system in person.owns.sorted() where register[system] == nil {
        let known = register.systems.filter(\.isErasedByUs).map(\.system.description).joined(separator: ", ")
        throw StartProblem(
          "people \(person.name) owns \"\(system)\", which the register does not have; systems to own are: \(known)")
      }
    }
  }
}
