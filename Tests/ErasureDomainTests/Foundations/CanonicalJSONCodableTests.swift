import ErasureDomain
import Testing

@Suite struct CanonicalJSONCodableTests {
  struct Sample: Codable, Equatable {
    var name: String
    var count: Int
    var big: UInt64
    var small: UInt32
    var flag: Bool
    var bytes: [UInt8]
    var note: String?
    var inner: Inner?
    var state: State
    var by: [String: Inner]
    var jobs: [JobReference: Int]
    var verbs: [Verb: String]
    var numbered: [Int: Bool]
  }
  struct Inner: Codable, Equatable { var due: CivilDate }
  enum State: Codable, Equatable {
    case waiting
    case done(at: UTCTime, by: PersonReference?)
    case failed(Verb)
  }
  enum Verb: String, Codable, CodingKeyRepresentable { case erase, export }
  enum PlainVerb: String, Codable { case erase, export }

  let job = JobReference(bytes: [UInt8](repeating: 0xAB, count: 16))

  @Test func everyKindOfMemberComesBack() throws {
    let sample = Sample(
      name: "x\n", count: -7, big: 1 << 52, small: .max, flag: true, bytes: [0, 255], note: nil,
      inner: Inner(due: try #require(CivilDate("2026-02-28"))),
      state: .done(at: UTCTime(secondsSince1970: 0), by: nil), by: ["a": Inner(due: .first)], jobs: [job: 3],
      verbs: [.export: "later", .erase: "now"], numbered: [10: true, 9: false])
    let bytes = try CanonicalJSON.encode(sample)
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        {"big":4503599627370496,"by":{"a":{"due":"0001-01-01"}},"bytes":[0,255],"count":-7,"flag":true,\
        "inner":{"due":"2026-02-28"},"jobs":{"j-abababababababababababababababab":3},"name":"x\\n",\
        "numbered":{"10":true,"9":false},"small":4294967295,\
        "state":{"done":{"at":"1970-01-01T00:00:00Z"}},"verbs":{"erase":"now","export":"later"}}
        """)
    #expect(try CanonicalJSON.decode(Sample.self, from: bytes) == sample)
    #expect(try CanonicalJSON.decode(Sample.self, from: CanonicalJSON.tree(of: sample)) == sample)
  }

  @Test func simpleValuesStandAlone() throws {
    #expect(try CanonicalJSON.encode("a") == Array("\"a\"".utf8))
    #expect(try CanonicalJSON.decode(Int8.self, from: Array("-128".utf8)) == -128)
    #expect(try CanonicalJSON.decode([Bool].self, from: Array("[true]".utf8)) == [true])
    #expect(try CanonicalJSON.encode(Optional("a")) == Array("\"a\"".utf8))
    #expect(try CanonicalJSON.decode(String?.self, from: Array("\"a\"".utf8)) == "a")
  }

  @Test func unknownKeysAreIgnored() throws {
    let inner = try CanonicalJSON.decode(Inner.self, from: Array(#"{"due":"2026-01-01","new":[1]}"#.utf8))
    #expect(inner.due == CivilDate("2026-01-01"))
  }

  /// Written with `encode` rather than `encodeIfPresent`, a nil is left out too, and read back.
  @Test func nilIsAbsentInEitherSpelling() throws {
    struct Generic<Value: Codable & Equatable>: Codable, Equatable { var value: Value }
    #expect(try CanonicalJSON.encode(Generic<Int?>(value: nil)) == Array("{}".utf8))
    #expect(try CanonicalJSON.decode(Generic<Int?>.self, from: Array("{}".utf8)) == Generic<Int?>(value: nil))
    #expect(try CanonicalJSON.decode(Generic<Int?>.self, from: Array(#"{"value":4}"#.utf8)).value == 4)
  }

  func refusal(_ value: some Encodable) -> CanonicalJSONError? {
    do {
      _ = try CanonicalJSON.encode(value)
      return nil
    } catch {
      return error
    }
  }

  @Test func whatCannotBeWrittenIsRefusedWithItsPath() {
    struct Holder<Value: Encodable>: Encodable { var outer: [Value] }
    let limit = "the integer is beyond ±(2^53 - 1)"
    #expect(refusal(Holder(outer: [1, UInt64.max])) == .notEncodable(path: "outer[1]", reason: limit))
    #expect(refusal(Int64(1) << 53) == .notEncodable(path: "", reason: limit))
    #expect(refusal(-(Int64(1) << 53)) == .notEncodable(path: "", reason: limit))
    #expect(
      refusal(Holder(outer: [Optional("a"), nil]))
        == .notEncodable(path: "outer[1]", reason: "an array cannot hold nil: leave the element out"))
    #expect(refusal(Optional<Int>.none) != nil)
    #expect("\(String(describing: refusal(Holder(outer: [["k": 1.5]]))))".contains("outer[0].k"))
    #expect(refusal(Float(1)) != nil)
    #expect("\(String(describing: refusal(Holder(outer: [Set([1])]))))".contains("order"))
    #expect(refusal([PlainVerb.erase: 1]) != nil)
    #expect(refusal([PersonReference(bytes: [UInt8](repeating: 0, count: 16)): 1]) == nil)
    #expect(refusal(["naïve": 1]) == .notEncodable(path: "", reason: "a key is not ASCII"))
  }

  @Test(arguments: [
    (#"{"due":1}"#, "cannot read due from JSON: expected a string, found an integer"),
    (#"{}"#, "cannot read due from JSON: it is missing"),
    (#"[]"#, "cannot read the whole value from JSON: expected an object, found an array"),
    (#"{"due":"2026-02-30"}"#, "cannot read due from JSON: the value is none of those that are allowed here"),
  ])
  func whatCannotBeReadIsRefusedWithItsPath(text: String, message: String) {
    #expect {
      try CanonicalJSON.decode(Inner.self, from: Array(text.utf8))
    } throws: { "\($0)" == message }
  }

  @Test func refusalsNeverQuoteTheValue() {
    for text in [#"["secret@example.com"]"#, #"[{"erase":"secret@example.com"}]"#] {
      #expect {
        try CanonicalJSON.decode([Verb].self, from: Array(text.utf8))
      } throws: { !"\($0)".contains("secret") && "\($0)".contains("[0]") }
    }
  }

  @Test func numbersThatDoNotFitAreRefused() {
    #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.decode(UInt8.self, from: Array("256".utf8)) }
    #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.decode(UInt64.self, from: Array("-1".utf8)) }
    #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.decode(Double.self, from: Array("1".utf8)) }
    #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.decode(Bool.self, from: Array("1".utf8)) }
    #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.decode(Int.self, from: Array("true".utf8)) }
  }

  @Test func bytesAreParsedStrictlyBeforeTheyAreRead() {
    #expect(throws: CanonicalJSONError.notCanonical(.whitespace, offset: 7)) {
      try CanonicalJSON.decode(Inner.self, from: Array(#"{"due": "2026-01-01"}"#.utf8))
    }
  }

  class Base: Codable { var base = 1 }
  final class Derived: Base {
    var own = 2
    enum Keys: CodingKey { case own }
    override init() { super.init() }
    required init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Keys.self)
      own = try container.decode(Int.self, forKey: .own)
      try super.init(from: container.superDecoder())
    }
    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(own, forKey: .own)
      try super.encode(to: container.superEncoder())
    }
  }

  struct ByHand: Codable, Equatable {
    var pairs: [[Int]]
    var label: String
    enum Keys: CodingKey { case pairs, meta, label }
    init(pairs: [[Int]], label: String) { (self.pairs, self.label) = (pairs, label) }
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      var outer = container.nestedUnkeyedContainer(forKey: .pairs)
      for pair in pairs {
        var inner = outer.nestedUnkeyedContainer()
        for number in pair { try inner.encode(number) }
      }
      var meta = container.nestedContainer(keyedBy: Keys.self, forKey: .meta)
      try meta.encode(label, forKey: .label)
    }
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Keys.self)
      var outer = try container.nestedUnkeyedContainer(forKey: .pairs)
      pairs = []
      while !outer.isAtEnd {
        var inner = try outer.nestedUnkeyedContainer()
        var pair: [Int] = []
        while !inner.isAtEnd { pair.append(try inner.decode(Int.self)) }
        pairs.append(pair)
      }
      label = try container.nestedContainer(keyedBy: Keys.self, forKey: .meta).decode(String.self, forKey: .label)
    }
  }

  @Test func nestedContainersAndSuperclassesWork() throws {
    let bytes = try CanonicalJSON.encode(Derived())
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"own":2,"super":{"base":1}}"#)
    #expect(try CanonicalJSON.decode(Derived.self, from: bytes).base == 1)

    let byHand = ByHand(pairs: [[1, 2], []], label: "l")
    let written = try CanonicalJSON.encode(byHand)
    #expect(String(decoding: written, as: UTF8.self) == #"{"meta":{"label":"l"},"pairs":[[1,2],[]]}"#)
    #expect(try CanonicalJSON.decode(ByHand.self, from: written) == byHand)
  }

  @Test func treesInsideValuesAreKeptWhole() throws {
    struct Envelope: Codable, Equatable {
      var kind: String
      var payload: CanonicalJSON
    }
    let envelope = Envelope(kind: "k", payload: .object(["a": .array([.integer(1), .string("x")])]))
    let bytes = try CanonicalJSON.encode(envelope)
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"kind":"k","payload":{"a":[1,"x"]}}"#)
    #expect(try CanonicalJSON.decode(Envelope.self, from: bytes) == envelope)
  }

  @Test func aTypeThatWritesNothingIsRefused() {
    struct Silent: Encodable { func encode(to encoder: any Encoder) throws {} }
    #expect(throws: CanonicalJSONError.notEncodable(path: "[0]", reason: "its encode(to:) wrote nothing")) {
      try CanonicalJSON.encode([Silent()])
    }
  }
}
