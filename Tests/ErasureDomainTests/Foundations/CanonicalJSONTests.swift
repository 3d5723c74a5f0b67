import ErasureDomain
import Testing

@Suite struct CanonicalJSONTests {
  @Test func theFormIsTheOneOfTheDesign() throws {
    let tree = CanonicalJSON.object([
      "v": .integer(1), "kind": .string("job.settled"), "at": .string("2026-11-23T17:05:00Z"),
      "Z": .boolean(true), "list": .array([.integer(-1), .boolean(false), .object([:]), .array([])]),
    ])
    #expect(
      tree.text
        == #"{"Z":true,"at":"2026-11-23T17:05:00Z","kind":"job.settled","list":[-1,false,{},[]],"v":1}"#)
    #expect(tree["kind"]?.string == "job.settled")
    #expect(tree["v"]?.integer == 1)
    #expect(tree["Z"]?.boolean == true)
    #expect(tree["list"]?.array?.count == 4)
    #expect(tree["list"]?["v"] == nil)
    #expect(tree["absent"] == nil)
    #expect(tree["v"]?.string == nil && tree["v"]?.object == nil && tree["kind"]?.integer == nil)
  }

  @Test func onlyWhatMustBeEscapedIsEscaped() throws {
    let text = "\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F}\"\\/\u{7F}é€😀\u{2028}"
    let encoded = CanonicalJSON.string(text).text
    #expect(encoded == #""\u0000\b\t\n\u000b\f\r\u001f\"\\/"# + "\u{7F}é€😀\u{2028}\"")
    #expect(try CanonicalJSON(decoding: Array(encoded.utf8)).string == text)
  }

  @Test func integersReachTheSafeRange() throws {
    for number in [9_007_199_254_740_991, -9_007_199_254_740_991, 0, -1, 10] as [Int64] {
      let bytes = CanonicalJSON.integer(number).encoded()
      #expect(try CanonicalJSON(decoding: bytes) == .integer(number))
    }
  }

  @Test(arguments: [
    ("", CanonicalJSONViolation.endsEarly), ("{", .endsEarly), ("[1", .endsEarly), ("\"a", .endsEarly),
    ("\"\\", .endsEarly), ("\"\\u00", .endsEarly), ("-", .endsEarly), ("tru", .endsEarly), ("{\"a\"", .endsEarly),
    (" 1", .whitespace), ("1 ", .whitespace), ("[1, 2]", .whitespace), ("{\"a\": 1}", .whitespace),
    ("{\"a\":1,\n\"b\":2}", .whitespace), ("[\t]", .whitespace), ("{ }", .whitespace), ("1\n", .whitespace),
    ("1x", .trailingBytes), ("{}{}", .trailingBytes), ("[]]", .trailingBytes), ("\"\"\"\"", .trailingBytes),
    ("null", .null), ("[null]", .null), ("{\"a\":null}", .null),
    ("1.0", .fraction), ("1e3", .fraction), ("1E3", .fraction), ("-0.0", .fraction),
    ("01", .numberSpelling), ("-0", .numberSpelling), ("+1", .numberSpelling), (".5", .numberSpelling),
    ("-x", .numberSpelling), ("00", .numberSpelling),
    ("9007199254740992", .integerRange), ("-9007199254740992", .integerRange),
    ("99999999999999999999999999999999", .integerRange),
    ("\"\\/\"", .needlessEscape), ("\"\\u0041\"", .needlessEscape), ("\"\\u000A\"", .needlessEscape),
    ("\"\\u000a\"", .needlessEscape), ("\"\\u001F\"", .needlessEscape), ("\"\\ud83d\\ude00\"", .needlessEscape),
    ("\"\\u007f\"", .needlessEscape), ("\"\\x\"", .needlessEscape), ("\"\\u+01f\"", .needlessEscape),
    ("\"\n\"", .controlCharacter), ("\"\u{0}\"", .controlCharacter),
    ("{\"é\":1}", .keyNotASCII), ("{\"b\":1,\"a\":2}", .keyOrder), ("{\"a\":1,\"B\":2}", .keyOrder),
    ("{\"aa\":1,\"a\":2}", .keyOrder), ("{\"a\":1,\"a\":1}", .duplicateKey),
    ("[1,]", .unexpectedByte), ("[,1]", .unexpectedByte), ("{\"a\":1,}", .unexpectedByte), ("[1 ]", .whitespace),
    ("{a:1}", .unexpectedByte), ("{1:1}", .unexpectedByte), ("'a'", .unexpectedByte), ("NaN", .unexpectedByte),
    ("True", .unexpectedByte), ("trux", .unexpectedByte), ("[1;2]", .unexpectedByte), ("\u{FEFF}1", .unexpectedByte),
    ("[1}", .unexpectedByte), ("{\"a\"}", .unexpectedByte), ("//", .unexpectedByte),
  ])
  func everyOtherSpellingIsRefused(text: String, violation: CanonicalJSONViolation) {
    #expect {
      _ = try CanonicalJSON(decoding: Array(text.utf8))
    } throws: { error in
      guard case .notCanonical(violation, _) = error as? CanonicalJSONError else { return false }
      return true
    }
  }

  @Test func refusalsNameTheByte() {
    #expect(throws: CanonicalJSONError.notCanonical(.duplicateKey, offset: 7)) {
      try CanonicalJSON(decoding: Array(#"{"a":1,"a":2}"#.utf8))
    }
    #expect(throws: CanonicalJSONError.notCanonical(.whitespace, offset: 3)) {
      try CanonicalJSON(decoding: Array("[1, 2]".utf8))
    }
    #expect(
      CanonicalJSONError.notCanonical(.null, offset: 4).description
        == "not canonical JSON at byte 4: null is not allowed: leave the value out")
  }

  @Test(
    arguments: [
      [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xE2, 0x82],
    ] as [[UInt8]])
  func stringsMustBeUTF8(bytes: [UInt8]) {
    #expect(throws: CanonicalJSONError.notCanonical(.invalidUTF8, offset: 1)) {
      try CanonicalJSON(decoding: [0x5B, 0x22] + bytes + [0x22, 0x5D])
    }
  }

  @Test func depthHasALimit() throws {
    let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    let tree = try CanonicalJSON(decoding: Array(deepest.utf8))
    try tree.checkEncodable()
    #expect(tree.text == deepest)
    #expect(throws: CanonicalJSONError.notCanonical(.depth, offset: 64)) {
      try CanonicalJSON(decoding: Array(("[" + deepest + "]").utf8))
    }
    #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.array([tree]).checkEncodable() }
    #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.tree(of: CanonicalJSON.array([tree])) }
    // Neighbours do not add up.
    #expect(throws: Never.self) { try CanonicalJSON(decoding: Array("[[[]],[[]],{\"a\":[]}]".utf8)) }
  }

  @Test func handMadeTreesCanBeChecked() {
    #expect(throws: CanonicalJSONError.notEncodable(path: "a[0]", reason: "the integer is beyond ±(2^53 - 1)")) {
      try CanonicalJSON.object(["a": .array([.integer(.max)])]).checkEncodable()
    }
    #expect(throws: CanonicalJSONError.notEncodable(path: "", reason: "a key is not ASCII")) {
      try CanonicalJSON.object(["naïve": .boolean(true)]).checkEncodable()
    }
  }

  @Test func keysAreOrderedByBytes() {
    let keys = ["", " ", "!", "a", "aa", "ab", "B", "_", "~", "0", "10", "9", "\r\n", "\u{7F}"]
    let tree = CanonicalJSON.object(Dictionary(uniqueKeysWithValues: keys.map { ($0, .integer(1)) }))
    let expected = keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
      .map { CanonicalJSON.string($0).text + ":1" }.joined(separator: ",")
    #expect(tree.text == "{\(expected)}")
    #expect(throws: Never.self) { try CanonicalJSON(decoding: tree.encoded()) }
  }

  @Test func randomTreesComeBackAndOneByteMoreOrLessNever() throws {
    let random = PropertySeed()
    for _ in 0..<400 {
      let tree = randomTree(random, depth: 0)
      let bytes = tree.encoded()
      let back = try CanonicalJSON(decoding: bytes)
      #expect(back == tree, "seed \(random.seed)")
      #expect(back.encoded() == bytes, "seed \(random.seed)")
      #expect(try CanonicalJSON.decode(CanonicalJSON.self, from: bytes) == tree, "seed \(random.seed)")
      #expect(try CanonicalJSON.encode(tree) == bytes, "seed \(random.seed)")
    }
  }

  /// Whatever bytes a damaged text consists of: it is refused, or it is exactly what its value encodes to.
  @Test func damagedTextsAreRefusedOrCanonical() {
    let random = PropertySeed()
    var refused = 0
    for _ in 0..<3_000 {
      var bytes = randomTree(random, depth: 0).encoded()
      let place = random.below(bytes.count)
      switch random.below(3) {
      case 0: bytes[place] = random.bytes(1)[0]
      case 1: bytes.remove(at: place)
      default: bytes.insert(Array(" \t\n0.-eE\\\"{}[],:nu".utf8)[random.below(18)], at: place)
      }
      guard let tree = try? CanonicalJSON(decoding: bytes) else {
        refused += 1
        continue
      }
      #expect(tree.encoded() == bytes, "seed \(random.seed)")
    }
    #expect(refused > 300, "seed \(random.seed)")
  }

  private func randomTree(_ random: PropertySeed, depth: Int) -> CanonicalJSON {
    switch random.below(depth > 4 ? 3 : 5) {
    case 0: return .string(randomText(random))
    case 1:
      let range = CanonicalJSON.integerRange
      return .integer(Int64(truncatingIfNeeded: random.next()) >> Int64(11 + random.below(50)) % range.upperBound)
    case 2: return .boolean(random.below(2) == 0)
    case 3: return .array((0..<random.below(5)).map { _ in randomTree(random, depth: depth + 1) })
    default:
      var members: [String: CanonicalJSON] = [:]
      for _ in 0..<random.below(5) {
        let key = String(decoding: random.bytes(random.below(6)).map { $0 & 0x7F }, as: UTF8.self)
        members[key] = randomTree(random, depth: depth + 1)
      }
      return .object(members)
    }
  }

  private func randomText(_ random: PropertySeed) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<random.below(12) {
      let number = UInt32(random.below([0x20, 0x80, 0x800, 0x11_0000][random.below(4)]))
      if let scalar = Unicode.Scalar(number) { text.append(scalar) }
    }
    return String(text)
  }
}

extension PropertySeed {
  func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
