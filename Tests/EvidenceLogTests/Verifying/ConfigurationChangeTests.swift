import TestKit
import ErasureDomain
import EvidenceLog
import Testing

extension EvidenceStory {
  /// One signature of a change, over a text that may say something else than the entry.
  mutating func sign(
    _ part: ConfigurationPart, _ old: ContentDigest, _ new: ContentDigest, by officer: Officer, nonce: String,
    text other: ConfigurationText? = nil, as entered: Officer? = nil
  ) throws {
    let text = try other ?? ConfigurationText(log: Self.origin, kind: part, old: old, new: new, nonce: nonce)
    let signature = try officer.sign(text.encoded, namespace: ConfigurationText.namespace)
    let approval = Approval(
      by: officer.person, keyFingerprint: try officer.publicKey().fingerprint, text: artifact(text.encoded),
      signature: artifact(signature))
    try add(
      ChangeSigned(part: part, approval: approval, old: old, new: new, nonce: nonce), by: entered ?? officer)
  }

  /// A change that two people sign, and that takes effect.
  mutating func change(
    _ part: ConfigurationPart, _ old: ContentDigest, _ new: ContentDigest, nonce: String, by officers: [Officer]? = nil
  ) throws {
    for officer in officers ?? [ada, ben] { try sign(part, old, new, by: officer, nonce: nonce) }
    switch part {
    case .signers, .people: try add(SignersChanged(file: part.rawValue, old: old, new: new, practice: false))
    case .register: try add(RegisterChanged(old: old, new: new, practice: false))
    }
  }
}

struct ConfigurationChangeTests {
  private let nonces = ["0a", "0b", "0c", "0d"].map { String(repeating: $0, count: 16) }
  private let second = ContentDigest(hashing: [2])
  private let third = ContentDigest(hashing: [3])

  /// What is wrong with a log that goes on so, and in which entry behind the last good one.
  private func finding(
    _ goOn: (inout EvidenceStory, LogOpened) throws -> Void
  ) throws -> (reason: String, after: Int)? {
    var (story, _) = try EvidenceStory.whole()
    let opened = try #require(story.entries.first).entry.facts(as: LogOpened.self)
    let size = story.entries.count
    try goOn(&story, opened)
    let result = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    return result.first.map { ($0.reason, Int($0.entry ?? 0) - size) }
  }

  @Test func `two people change people, signers and register, each against what is in force`() throws {
    let found = try finding { story, opened in
      try story.change(.signers, opened.signers, second, nonce: nonces[0])
      try story.change(.people, opened.people, third, nonce: nonces[1])
      try story.change(.register, opened.register, third, nonce: nonces[2], by: [story.ben, story.ada])
      try story.change(.signers, second, third, nonce: nonces[3])
    }
    #expect(found == nil)
  }

  @Test func `nobody changes anything alone`() throws {
    for officers in [0, 1] {
      let found = try finding { story, opened in
        try story.change(.people, opened.people, second, nonce: nonces[0], by: Array([story.ada].prefix(officers)))
      }
      #expect(found?.reason.contains("not signed by two people") == true)
      #expect(found?.after == officers)
    }
    let twice = try finding { story, opened in
      try story.change(.people, opened.people, second, nonce: nonces[0], by: [story.ada, story.ada])
    }
    #expect(twice?.after == 1)
    #expect(twice?.reason.contains("the same person") == true)
    let practising = try finding { story, opened in
      try story.add(SignersChanged(file: "people", old: opened.people, new: second, practice: true))
    }
    #expect(practising?.reason.contains("practice") == true)
    let register = try finding { story, opened in
      try story.add(SignersChanged(file: "register", old: opened.register, new: second, practice: false))
    }
    #expect(register?.reason.contains("another entry") == true)
  }

  @Test func `signatures of one change never make another`() throws {
    let other = try finding { story, opened in
      try story.sign(.people, opened.people, second, by: story.ada, nonce: nonces[0])
      try story.sign(.people, opened.people, second, by: story.ben, nonce: nonces[0])
      try story.add(SignersChanged(file: "people", old: opened.people, new: third, practice: false))
    }
    #expect(other?.reason.contains("not signed by two people") == true)
    let mixed = try finding { story, opened in
      try story.sign(.people, opened.people, second, by: story.ada, nonce: nonces[0])
      try story.sign(.people, opened.people, second, by: story.ben, nonce: nonces[1])
      try story.add(SignersChanged(file: "people", old: opened.people, new: second, practice: false))
    }
    #expect(mixed?.reason.contains("not signed by two people") == true)
    // What two people once wanted, and later did not want any more, an operator cannot bring back.
    let replayed = try finding { story, opened in
      try story.change(.people, opened.people, second, nonce: nonces[0])
      try story.change(.people, second, opened.people, nonce: nonces[1])
      try story.change(.people, opened.people, second, nonce: nonces[0])
    }
    #expect(replayed?.after == 6)
    #expect(replayed?.reason.contains("nonce was used for another change") == true)
    let stale = try finding { story, opened in
      try story.change(.people, opened.people, second, nonce: nonces[0])
      try story.sign(.people, opened.people, third, by: story.ada, nonce: nonces[1])
    }
    #expect(stale?.reason.contains("not in force") == true)
  }

  @Test func `the signed text says exactly what the entry says`() throws {
    for (name, kind, old, new, nonce) in [
      ("kind", ConfigurationPart.signers, nil, nil, 0), ("old", .people, third, nil, 0),
      ("new", .people, nil, third, 0), ("nonce", .people, nil, nil, 1),
    ] as [(String, ConfigurationPart, ContentDigest?, ContentDigest?, Int)] {
      let found = try finding { story, opened in
        let text = try ConfigurationText(
          log: EvidenceStory.origin, kind: kind, old: old ?? opened.people, new: new ?? second, nonce: nonces[nonce])
        try story.sign(.people, opened.people, second, by: story.ada, nonce: nonces[0], text: text)
      }
      #expect(found?.reason.contains("another \(name) than the entry") == true)
      #expect(found?.after == 0)
    }
    let log = try finding { story, opened in
      let text = try ConfigurationText(
        log: "other.example/log", kind: .people, old: opened.people, new: second, nonce: nonces[0])
      try story.sign(.people, opened.people, second, by: story.ada, nonce: nonces[0], text: text)
    }
    #expect(log?.reason.contains("another log") == true)
    let other = try finding { story, opened in
      try story.sign(.people, opened.people, second, by: story.ada, nonce: nonces[0], as: story.ben)
    }
    #expect(other?.reason.contains("not who signed") == true)
    // Mallory is in nobody's list.
    let mallory = try Officer("mallory", seed: 9)
    let unlisted = try finding { story, opened in
      try story.sign(.people, opened.people, second, by: mallory, nonce: nonces[0])
    }
    #expect(unlisted?.reason.contains("not in your allowed signers") == true)
  }

  @Test func `a log that began before rules 7 keeps its own form`() throws {
    var story = try EvidenceStory(lies: [.init(LogOpened.kind) { $0["rules"] = .integer(6) }])
    try story.open()
    let opened = try #require(story.entries.first).entry.facts(as: LogOpened.self)
    try story.add(SignersChanged(file: "people", old: opened.people, new: second, practice: false))
    let result = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(result.findings == [])
    #expect(result.notChecked.contains { $0.contains("whether two people signed each change") })
  }
}
