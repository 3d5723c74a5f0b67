import ErasureDomain
import FoundationEssentials

/// What we ask a customer's program, and what it answers: one JSON object each (docs/commands/README.md).
enum CommandMessages {
  /// The version of this contract.
  static let version = 1
  /// The most copies in one answer.
  static let mostCopies = 10_000
  /// Copies that are named in one call.
  static let copiesInCall = 1_000
  /// The longest name of a copy, in bytes.
  static let longestID = 200
  /// The status of a program that should be called again later (EX_TEMPFAIL of sysexits.h).
  static let laterStatus: Int32 = 75

  /// "Which copies of these systems do you have?"
  struct ListCopies: Encodable {
    let command = version
    let verb = "list-copies"
    let systems: [String]
    /// Copies that began later may be left out.
    let startedBy: String

    enum CodingKeys: String, CodingKey {
      case command
      case verb
      case systems
      case startedBy = "started-by"
    }
  }

  /// "These copies may exist until that day and no longer."
  struct Expire: Encodable {
    struct Copy: Encodable {
      let id: String
      let expires: String
      let request: String
    }

    let command = version
    let verb = "expire"
    let copies: [Copy]
  }

  /// The answer to `list-copies`.
  struct Copies: Decodable, Hashable, Sendable {
    let copies: [Copy]
    /// What beside the copies may still hold data of that time; a code.
    let remains: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case command
      case copies
      case remains
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.self)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      try Self.require(try container.decode(Int.self, forKey: .command) == version, "command is not \(version)")
      copies = try container.decode([Copy].self, forKey: .copies)
      remains = try container.decodeIfPresent(String.self, forKey: .remains)
      try Self.require(copies.count <= mostCopies, "copies are more than \(mostCopies)")
      try Self.require(Set(copies.map(\.id)).count == copies.count, "copies have an id twice")
      try Self.require(
        remains.map { !$0.isEmpty && FailureCode($0).rawValue == $0 } ?? true,
        "remains is not 1 to 64 characters of a-z, 0-9 and -")
    }

    static func require(_ condition: Bool, _ what: String) throws {
      guard condition else { throw CommandFault(description: what) }
    }
  }

  /// One copy as the program lists it.
  struct Copy: Decodable, Hashable, Sendable {
    let id: String
    let start: UTCTime
    let stop: UTCTime?
    let retentionDays: Int
    let expires: CivilDate?
    let requests: [String]
    let lockedUntil: UTCTime?
    let isHeld: Bool

    enum CodingKeys: String, CodingKey, CaseIterable {
      case id
      case start
      case stop
      case retentionDays = "retention-days"
      case expires
      case requests
      case lockedUntil = "locked-until"
      case held
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.self)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let id = try container.decode(String.self, forKey: .id)
      self.id = id
      try Copies.require(
        (1...longestID).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) },
        "id is not 1 to \(longestID) printable characters of ASCII without blanks")
      func instant(_ key: CodingKeys) throws -> UTCTime? {
        guard let text = try container.decodeIfPresent(String.self, forKey: key) else { return nil }
        guard let time = UTCTime(text) else {
          throw CommandFault(description: "\(key.stringValue) of \(id) is not an instant such as 2026-03-02T09:00:00Z")
        }
        return time
      }
      guard let start = try instant(.start) else { throw CommandFault(description: "\(id) lacks start") }
      self.start = start
      stop = try instant(.stop)
      try Copies.require(stop.map { $0 >= start } ?? true, "stop of \(id) is before its start")
      retentionDays = try container.decode(Int.self, forKey: .retentionDays)
      try Copies.require(
        BackupSet.retentionRange.contains(retentionDays), "retention-days of \(id) is not 0 to 36500")
      let day = try container.decodeIfPresent(String.self, forKey: .expires)
      expires = day.flatMap { CivilDate($0) }
      try Copies.require((day == nil) == (expires == nil), "expires of \(id) is not a day such as 2026-03-02")
      requests = try container.decodeIfPresent([String].self, forKey: .requests) ?? []
      lockedUntil = try instant(.lockedUntil)
      isHeld = try container.decodeIfPresent(Bool.self, forKey: .held) ?? false
    }

    /// The same as a set in the list at that place.
    func set(at place: Int) -> BackupSet {
      var set = BackupSet(
        place: place, start: start, stop: stop, retentionDays: retentionDays,
        tags: BackupTags(expires: expires, requests: requests))
      set.lock = isHeld ? .hold : lockedUntil.map { .until($0) }
      return set
    }
  }

  /// The answer to `expire`: that it was read. What it did is seen in the next listing.
  struct Done: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
      case command
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.self)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      try Copies.require(try container.decode(Int.self, forKey: .command) == version, "command is not \(version)")
    }
  }

  static func bytes(_ message: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and numbers only: nothing in them can fail.
    guard let data = try? encoder.encode(message) else { return [] }
    return Array(data) + [0x0A]
  }

  /// Reads an answer strictly: what is unknown, missing, twice or wrong refuses all of it.
  static func read<Answer: Decodable>(_ type: Answer.Type, _ bytes: [UInt8]) throws(CommandFault) -> Answer {
    do {
      return try JSONDecoder().decode(Answer.self, from: Data(bytes))
    } catch let fault as CommandFault {
      throw fault
    } catch let error as CanonicalJSONError {
      throw CommandFault(description: "\(error)")
    } catch let DecodingError.keyNotFound(key, _) {
      throw CommandFault(description: "\(key.stringValue) is missing")
    } catch let DecodingError.typeMismatch(_, context) {
      throw CommandFault(description: "\(context.codingPath.last?.stringValue ?? "the answer") has another type")
    } catch let DecodingError.valueNotFound(_, context) {
      throw CommandFault(description: "\(context.codingPath.last?.stringValue ?? "the answer") is null")
    } catch {
      throw CommandFault(description: "the answer is not one JSON object in UTF-8")
    }
  }
}

/// What is wrong with an answer, for whoever writes the program; never logged.
struct CommandFault: Error, CustomStringConvertible {
  let description: String
}
