public import ErasureDomain

/// The code that stands in a closing letter, `expunged-subject/v1`, as its reader has it: with it, and only with it, a
/// request can be found in the log (`FORMAT.md`, "Subject commitment").
public struct SubjectCodeText: Hashable, Sendable {
  /// The first line.
  public static let header = "expunged-subject/v1"

  /// The origin of the log.
  public let log: String
  /// The request that the code is for.
  public let request: RequestReference
  /// The index of its `request.received`.
  public let entry: UInt64
  /// The kinds of identifiers that were given with the request.
  public let kinds: [String]
  /// The 32 bytes under which the commitment was made.
  public let nonce: [UInt8]

  /// Finds the code in a letter; spaces around its lines and the line ends of Windows do not matter.
  public init(in letter: [UInt8]) throws(SubjectProblem) {
    guard let text = String(validating: letter, as: UTF8.self) else { throw .noCode }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { Self.trimmed($0) }
    guard let start = lines.firstIndex(of: Self.header) else { throw .noCode }
    let names = ["log", "request", "entry", "kinds", "nonce"]
    var values: [String] = []
    for (name, line) in zip(names, lines[(start + 1)...]) {
      guard line.hasPrefix(name + " ") else { throw .badLine(name) }
      values.append(Self.trimmed(line.dropFirst(name.count + 1)))
    }
    guard values.count == names.count else { throw .badLine(names[values.count]) }
    guard let request = RequestReference(values[1]) else { throw .badLine("request") }
    guard let entry = Lines.number(Array(values[2].utf8)) else { throw .badLine("entry") }
    guard let nonce = Hex.decode(values[4]), nonce.count == SubjectCommitment.nonceByteCount else {
      throw .badLine("nonce")
    }
    log = values[0]
    self.request = request
    self.entry = entry
    kinds = values[3].split(separator: " ").map(String.init)
    self.nonce = nonce
  }

  /// Reads what the person was known by: one identifier a line, its kind, a space and its value.
  public static func identifiers(in file: [UInt8]) throws(SubjectProblem) -> [(kind: String, value: String)] {
    guard let text = String(validating: file, as: UTF8.self) else { throw .badIdentifier(line: 1) }
    var found: [(kind: String, value: String)] = []
    for (place, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = trimmed(line)
      guard !line.isEmpty else { continue }
      guard let space = line.firstIndex(of: " ") else { throw .badIdentifier(line: place + 1) }
      found.append((String(line[..<space]), trimmed(line[space...])))
    }
    guard !found.isEmpty else { throw .badIdentifier(line: 1) }
    return found
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let end = text.lastIndex { !$0.isWhitespace }
    guard let start = text.firstIndex(where: { !$0.isWhitespace }), let end else { return "" }
    return String(text[start...end])
  }
}

/// Why a code does not lead to a request in the log. It names no value: that would be the person.
public enum SubjectProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case noCode
  case badLine(String)
  case badIdentifier(line: Int)
  case otherLog(String)
  case beyond(entry: UInt64, size: UInt64)
  case absent(entry: UInt64)
  case notProved(entry: UInt64, String)
  case otherEntry(entry: UInt64)
  case otherRequest(entry: UInt64)
  case otherKinds(code: [String])
  case otherPerson(entry: UInt64)

  public var description: String {
    switch self {
    case .noCode: "there is no line \(SubjectCodeText.header) in it: give the letter, or its lines from there on"
    case .badLine(let name): "the line \"\(name)\" of the code is missing or was changed; copy it from the letter"
    case .badIdentifier(let line):
      "line \(line) of the identifiers: write the kind, a space and the value, as in: email somebody@example.org"
    case .otherLog(let log): "the code is for the log \(log), not for this one"
    case .beyond(let entry, let size): "entry \(entry) is not in this copy of the log, which has \(size): it is older"
    case .absent(let entry): "entry \(entry) is not here: ask for the whole log, or for the bundle of your request"
    case .notProved(let entry, let why): "entry \(entry) is not in the tree that was signed: \(why)"
    case .otherEntry(let entry): "entry \(entry) does not say that a request was received"
    case .otherRequest(let entry): "entry \(entry) is about another request than the code"
    case .otherKinds(let code):
      "the request was made with: \(code.joined(separator: ", ")). Give one line for each identifier that was given then"
    case .otherPerson(let entry):
      "entry \(entry) was not made with these identifiers and this code. They must be written exactly as they were given"
    }
  }
}
