import ErasureDomain
import Foundation
import Testing

@Suite struct CodecTests {
  @Test func hexReadsWhatItWritesAndNothingElse() {
    #expect(Hex.encode([0, 9, 10, 0xFF]) == "00090aff")
    #expect(Hex.decode("00090aff") == [0, 9, 10, 0xFF])
    #expect(Hex.decode("") == [])
    for refused in ["0", "0A", "0g", " 00", "0x00", "é"] { #expect(Hex.decode(refused) == nil) }
  }

  /// The vectors of RFC 4648 section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func base64KnowsTheVectors(plain: String, text: String) {
    #expect(Base64.encode(plain.utf8) == text)
    #expect(Base64.decode(text) == Array(plain.utf8))
  }

  @Test(arguments: [
    "Zg", "Zg=", "Zg===", "Z", "====", "=", "Zh==", "Zm9=", "Zm8=Zm8=", "Zm 8=", "Zm8=\n", "Zm9-", "Zm9_", "Zm9\u{E9}",
  ])
  func base64RefusesOtherSpellings(text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test func base64AgreesWithFoundation() {
    let random = PropertySeed()
    for count in 0..<100 {
      let bytes = random.bytes(count)
      let text = Data(bytes).base64EncodedString()
      #expect(Base64.encode(bytes) == text)
      #expect(Base64.decode(text) == bytes)
      let safe = Base64.encodeURLSafe(bytes)
      #expect(safe == text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
      #expect(Base64.decodeURLSafe(safe) == bytes)
    }
    #expect(
      Base64.decodeURLSafe("Zg==") == nil && Base64.decodeURLSafe("Z") == nil && Base64.decodeURLSafe("Zh") == nil)
    #expect(Base64.decodeURLSafe("-_8") == [0xFB, 0xFF])
  }
}
