import ErasureDomain
import Testing

@Suite struct ReferenceTests {
  let text = "r-00112233445566778899aabbccddeeff"

  @Test func theTextIsPrefixAndLowerCaseDigits() throws {
    let bytes = (0..<16).map { UInt8($0 * 0x11) }
    let reference = RequestReference(bytes: bytes)
    #expect(reference.text == text && reference.description == text)
    #expect(RequestReference(text) == reference)
    #expect(reference.bytes == bytes)
    #expect(PlanReference(bytes: bytes).text.hasPrefix("p-"))
    #expect(JobReference(bytes: bytes).text.hasPrefix("j-"))
    #expect(AttemptReference(bytes: bytes).text.hasPrefix("a-"))
    #expect(PersonReference(bytes: bytes).text.hasPrefix("u-"))
  }

  @Test(arguments: [
    "", "r-", "r-00112233445566778899aabbccddeef", "r-00112233445566778899aabbccddeeff0",
    "r-00112233445566778899AABBCCDDEEFF", "p-00112233445566778899aabbccddeeff", "R-00112233445566778899aabbccddeeff",
    "r_00112233445566778899aabbccddeeff", " r-00112233445566778899aabbccddeeff", "r-00112233445566778899aabbccddeeg0",
    "r-00112233445566778899aabbccddee\u{E9}",
  ])
  func otherTextsAreRefused(text: String) {
    #expect(RequestReference(text) == nil)
  }

  @Test func newOnesAreRandomAndOrderedAsTheirTexts() {
    let random = PropertySeed()
    let all = (0..<200).map { _ in JobReference(using: random) }
    #expect(Set(all).count == 200)
    #expect(all.sorted().map(\.text) == all.map(\.text).sorted(), "seed \(random.seed)")
    #expect(all.allSatisfy { JobReference($0.text) == $0 })
  }

  @Test func theyAreCodedAsStringsOfTheirOwnKind() throws {
    let reference = try #require(RequestReference(text))
    #expect(try CanonicalJSON.encode(reference) == Array("\"\(text)\"".utf8))
    #expect(try CanonicalJSON.decode(RequestReference.self, from: Array("\"\(text)\"".utf8)) == reference)
    #expect(throws: CanonicalJSONError.self) {
      try CanonicalJSON.decode(JobReference.self, from: Array("\"\(text)\"".utf8))
    }
    #expect(throws: CanonicalJSONError.self) {
      try CanonicalJSON.decode([JobReference: Int].self, from: Array("{\"\(text)\":1}".utf8))
    }
  }

  @Test func everyByteIsADigitOrRefused() {
    let digits = Array("0123456789abcdef".utf8)
    for place in 0..<64 {
      for byte in UInt8.min...UInt8.max {
        var hex = [UInt8](repeating: 0x61, count: 64)
        hex[place] = byte
        let digest = hex.withUnsafeBufferPointer { ContentDigest(hex: $0) }
        #expect((digest != nil) == digits.contains(byte), "byte \(byte) at \(place)")
        if let digest { #expect(Array(digest.hex.utf8) == hex) }
      }
    }
  }

  @Test func digestsNameTheirAlgorithm() throws {
    let digest = ContentDigest(bytes: [UInt8](repeating: 0x0F, count: 32))
    let hex = String(repeating: "0f", count: 32)
    #expect(digest.description == "sha256:" + hex && digest.hex == hex)
    #expect(ContentDigest("sha256:" + hex) == digest)
    #expect(try CanonicalJSON.decode(PlanDigest.self, from: CanonicalJSON.encode(digest)) == digest)
    for refused in ["", hex, "sha256:", "sha256:" + hex.uppercased(), "sha512:" + hex, "sha256:" + hex + "00"] {
      #expect(ContentDigest(refused) == nil)
    }
    #expect(digest < ContentDigest(bytes: [UInt8](repeating: 0x10, count: 32)))
  }
}
