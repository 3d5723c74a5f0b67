import ErasureDomain
import EvidenceLog
import Testing

struct DoNotContactTagTests {
  private static let key = (0x20...0x3F).map { UInt8($0) }

  /// Made with `openssl dgst -sha256 -mac hmac` over the domain, a zero byte, and field and value after their lengths.
  @Test func `tags are those of openssl, and of no other list and no other kind of address`() {
    let email = DoNotContactTag.compute(key: Self.key, field: .email, value: "ada@example.org")
    #expect(Hex.encode(email) == "2fbb3cc617f90f27c4bca7c11d4909607410f8060d9fec0df463c3f39981d01b")
    let phone = DoNotContactTag.compute(key: Self.key, field: .phone, value: "+31612345678")
    #expect(Hex.encode(phone) == "a8f2c186da84e8be0f88cc0abb2b39f9a832663877f0e61464a55721a846859c")
    #expect(DoNotContactTag.compute(key: Self.key, field: .postal, value: "ada@example.org") != email)
    let restore = RestoreTag.compute(epochKey: Self.key, system: "email:n1", field: "", value: "ada@example.org")
    #expect(restore != email)
    var other = Self.key
    other[31] ^= 1
    #expect(DoNotContactTag.compute(key: other, field: .email, value: "ada@example.org") != email)
  }

  @Test(arguments: [
    (DoNotContactTag.Field.email, " Ada@Example.ORG ", "ada@example.org"),
    (.email, "ADE\u{301}@example.org", "ad\u{C9}@example.org"),
    (.phone, "06 1234 5678", "+31612345678"), (.phone, "0031 6-12345678", "+31612345678"),
    (.phone, "+31 (0)6 1234 5678", "+31612345678"), (.phone, "+32 2 123 45 67", "+3221234567"),
    (.postal, " Dorpsstraat  1,\t1234 AB ", "dorpsstraat 1, 1234 ab"),
  ]) func `one address has one form`(field: DoNotContactTag.Field, written: String, form: String) {
    #expect(field.normalised(written, countryCode: "31") == form)
  }

  @Test func `two people's addresses never become one, and what is no address is none`() {
    let phone = DoNotContactTag.Field.phone
    #expect(phone.normalised("0212345678", countryCode: "31") != phone.normalised("0212345678", countryCode: "32"))
    for text in ["", "  ", "12345678", "06-1234x5678", "+", "020"] {
      #expect(phone.normalised(text, countryCode: "31") == nil, "\(text)")
    }
    let (email, postal) = (DoNotContactTag.Field.email, DoNotContactTag.Field.postal)
    #expect(
      email.normalised("a.da@example.org", countryCode: "31") != email.normalised("ada@example.org", countryCode: "31"))
    #expect(postal.normalised("Straat 12 3", countryCode: "31") != postal.normalised("Straat 1 23", countryCode: "31"))
  }
}
