/// What has been read of a policy so far, and the rules that a further line must keep.
struct TrustPolicyReading {
  var logs: [TrustPolicy.Log] = []
  var witnesses: [TrustPolicy.Witness] = []
  var groups: [TrustPolicy.Group] = []
  var quorums: [String?] = []
  // Names are compared as bytes, as the format demands.
  private var names: Set<[UInt8]> = []
  private var members: Set<[UInt8]> = []
  private var publicKeys: Set<[UInt8]> = []

  mutating func read(_ line: [UInt8], number: Int) throws(TrustPolicyError) {
    guard line.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }), Lines.text(line) != nil else {
      throw .badCharacter(line: number)
    }
    let parts = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 }).map { String(decoding: $0, as: UTF8.self) }
    guard let word = parts.first, word.utf8.first != 0x23 else { return }
    switch (word, parts.count) {
    case ("log", 2...3):
      let key = try key(parts[1], number: number, isLog: true)
      logs.append(.init(key: key, url: parts.count > 2 ? parts[2] : nil))
    case ("witness", 3...4):
      try define(parts[1], number: number)
      let key = try key(parts[2], number: number, isLog: false)
      witnesses.append(.init(name: parts[1], key: key, url: parts.count > 3 ? parts[3] : nil))
    case ("group", 4...):
      groups.append(try group(parts, number: number))
    case ("quorum", 2):
      if parts[1] != "none" { try refer(to: parts[1], number: number) }
      quorums.append(parts[1] == "none" ? nil : parts[1])
    default:
      throw .malformed(line: number)
    }
  }

  private mutating func key(
    _ text: String, number: Int, isLog: Bool
  ) throws(TrustPolicyError) -> NoteVerifierKey {
    let key: NoteVerifierKey
    do { key = try NoteVerifierKey(parsing: text) } catch { throw .badKey(line: number, error) }
    switch key.kind {
    case .ed25519: guard isLog else { throw .wrongKind(line: number) }
    case .cosignature: guard !isLog else { throw .wrongKind(line: number) }
    case .unknown: break
    }
    guard publicKeys.insert(key.publicKey).inserted else { throw .repeatedKey(line: number) }
    return key
  }

  private mutating func group(_ parts: [String], number: Int) throws(TrustPolicyError) -> TrustPolicy.Group {
    let names = Array(parts[3...])
    for name in names {
      try refer(to: name, number: number)
      guard members.insert(Array(name.utf8)).inserted else { throw .alreadyMember(line: number, name: name) }
    }
    let threshold: UInt64
    switch parts[2] {
    case "any": threshold = 1
    case "all": threshold = UInt64(names.count)
    default: threshold = Lines.number(parts[2].utf8) ?? 0
    }
    guard threshold >= 1, threshold <= UInt64(names.count) else { throw .badThreshold(line: number) }
    try define(parts[1], number: number)
    return .init(name: parts[1], threshold: Int(threshold), members: names)
  }

  private mutating func define(_ name: String, number: Int) throws(TrustPolicyError) {
    guard name != "none", names.insert(Array(name.utf8)).inserted else { throw .nameTaken(line: number) }
  }

  private func refer(to name: String, number: Int) throws(TrustPolicyError) {
    guard names.contains(Array(name.utf8)) else { throw .unknownName(line: number, name: name) }
  }
}
