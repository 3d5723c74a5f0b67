import ErasureDomain
import Foundation
import OfficerAPI

/// A request for erasure as a file or a pipe brings it: lines of `key: value`, or the JSON of the call.
struct RequestForm {
  /// When it reached us, as it was written.
  enum Received: Equatable {
    case at(UTCTime)
    case on(CivilDate)
  }

  var channel: String?
  var capacities: [Capacity] = []
  var received: Received?
  var contact: String?
  var text: String?
  var identifiers: [SubjectIdentifier] = []
  var rights: [DataRight]?
  var language: PersonLanguage?
  var requester = RequesterForm()
  /// Mails and tickets of the request itself.
  var caseRecords: [CaseRecord.Kind: [String]] = [:]

  init() {}

  /// Reads the lines or the JSON.
  ///
  /// A fault names the line and what belongs there, never the value.
  init(reading input: String) throws(ConsoleFailure) {
    if input.first(where: { !$0.isWhitespace }) == "{" {
      try self.init(json: input)
    } else {
      try self.init(lines: input)
    }
  }

  private init(lines input: String) throws(ConsoleFailure) {
    let lines = input.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, raw) in lines.enumerated() {
      let line = Terminal.trimmed(raw)
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      // A mail as it came: nothing in it is a key any more.
      if line == "text:" {
        guard text == nil else { throw ConsoleFailure(.usage, "line \(index + 1): text stands there twice") }
        text = Terminal.trimmed(lines[(index + 1)...].joined(separator: "\n"))
        if text?.isEmpty == true { throw ConsoleFailure(.usage, "line \(index + 1): nothing follows text:") }
        takeMessageID(of: text ?? "")
        return
      }
      try read(line, number: index + 1)
    }
  }

  private mutating func read(_ line: String, number: Int) throws(ConsoleFailure) {
    func fault(_ words: String) -> ConsoleFailure { ConsoleFailure(.usage, "line \(number): \(words)") }
    guard let colon = line.firstIndex(of: ":") else { throw fault("write it as `kind: value`") }
    let key = Terminal.trimmed(line[..<colon])
    let value = Terminal.trimmed(line[line.index(after: colon)...])
    guard SystemName.isName(key) else {
      throw fault("a kind is lower-case letters, digits and hyphens, for example email or customer-no")
    }
    guard !value.isEmpty else { throw fault("\(key) has no value") }
    do { try take(key, value) } catch { throw fault(error.description) }
  }

  /// Takes the value of a key, or of an identifier; a fault says what belongs there.
  mutating func take(_ key: String, _ value: String) throws(ConsoleFailure) {
    func fault(_ words: String) -> ConsoleFailure { ConsoleFailure(.usage, words) }
    switch key {
    case "channel":
      guard channel == nil else { throw fault("channel stands there twice") }
      channel = value
    case "capacity":
      for word in value.split(separator: ",") {
        guard let capacity = Capacity(rawValue: Terminal.trimmed(word)) else {
          throw fault("a capacity is one of \(Self.capacityNames)")
        }
        if !capacities.contains(capacity) { capacities.append(capacity) }
      }
    case "received":
      guard received == nil else { throw fault("received stands there twice") }
      guard let read = Self.received(value) else {
        throw fault("received is a day such as 2026-11-20, or a time such as 2026-11-20T09:30:00Z")
      }
      received = read
    case "contact":
      guard contact == nil else { throw fault("contact stands there twice") }
      contact = value
    case "rights":
      guard rights == nil else { throw fault("rights stands there twice") }
      guard let read = Self.rights(value) else { throw fault("a right is one of \(Self.rightNames)") }
      rights = read
    case "language":
      guard language == nil else { throw fault("language stands there twice") }
      guard let read = PersonLanguage(rawValue: value) else { throw fault("language is nl or en") }
      language = read
    case "message-id": caseRecords[.mail, default: []].append(value)
    case "ticket": caseRecords[.ticket, default: []].append(value)
    case let key where RequesterForm.keys.contains(key):
      try requester.read(key, value)
    case "text": text = text.map { $0 + "\n" + value } ?? value
    default: identifiers.append(SubjectIdentifier(kind: IdentifierKind(rawValue: key), value: value))
    }
  }

  /// A mail that was pasted with its headers names itself.
  private mutating func takeMessageID(of mail: String) {
    for line in mail.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      // A line that begins with a blank goes on with the one before it.
      if line.first == " " || line.first == "\t" { continue }
      guard let colon = line.firstIndex(of: ":") else { return }
      if line[..<colon].lowercased() == "message-id" {
        caseRecords[.mail, default: []].append(Terminal.trimmed(line[line.index(after: colon)...]))
      }
    }
  }

  static let capacityNames = Capacity.allCases.map(\.rawValue).joined(separator: ", ")

  static let rightNames = DataRight.allCases.map(\.rawValue).joined(separator: ", ")

  /// Rights with commas between them, each once.
  static func rights(_ text: String) -> [DataRight]? {
    var rights: [DataRight] = []
    for word in text.split(separator: ",") {
      guard let right = DataRight(rawValue: Terminal.trimmed(word)) else { return nil }
      if !rights.contains(right) { rights.append(right) }
    }
    return rights.isEmpty ? nil : rights
  }

  static func received(_ text: String) -> Received? {
    if let time = UTCTime(text) { return .at(time) }
    return CivilDate(text).map { .on($0) }
  }

  // MARK: JSON

  private static let jsonKeys: Set<String> = [
    "channel", "receivedAt", "capacities", "identifiers", "text", "contact", "rights", "language", "requester",
    "caseRecords",
  ]

  private init(json: String) throws(ConsoleFailure) {
    let data = Data(json.utf8)
    let call: AddRequest
    do {
      let members = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
      if let unknown = members.keys.filter({ !Self.jsonKeys.contains($0) }).min() {
        let name = SystemName.isName(unknown) ? "\"\(unknown)\"" : "one that is not shown"
        throw ConsoleFailure(.usage, "the JSON has an unknown key, \(name); known are \(Self.jsonKeys.sorted())")
      }
      call = try JSONDecoder().decode(AddRequest.self, from: data)
    } catch let failure as ConsoleFailure {
      throw failure
    } catch {
      // The decoder's own words may quote a value.
      throw ConsoleFailure(
        .usage, "the JSON does not read as a request; needed are channel, capacities and identifiers [{kind, value}]")
    }
    channel = call.channel
    capacities = call.capacities
    received = call.receivedAt.map { .at($0) }
    contact = call.contact
    text = call.text
    identifiers = call.identifiers
    rights = call.rights
    language = call.language
    requester = RequesterForm(call.requester)
    caseRecords = call.caseRecords ?? [:]
  }
}
