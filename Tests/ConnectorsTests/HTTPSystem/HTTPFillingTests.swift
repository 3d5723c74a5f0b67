import ConnectorKit
import ErasureDomain
import ErasurePlanning
import Testing

@testable import Connectors

/// Values are encoded for the place where they stand.
@Suite struct HTTPFillingTests {
  private static let nasty = "a/b?c=d&e#f%g h\"'<>\\é,\u{1F600}"

  private func filling(_ value: String) -> HTTPFilling {
    HTTPFilling(
      subject: SubjectIdentifier(kind: .email, value: value),
      located: RootRecord(dataset: "user", key: [.init(column: "id", value: value)]))
  }

  private func json(_ template: String, _ value: String) throws -> String {
    let bytes = try filling(value).body(.json(.object(["v": .string(template)])))
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `in a path, a query, JSON, XML and CSV`() throws {
    let filling = filling(Self.nasty)
    #expect(
      try filling.path("/users/{user.id}.json")
        == "/users/a%2Fb%3Fc%3Dd%26e%23f%25g%20h%22%27%3C%3E%5C%C3%A9%2C%F0%9F%98%80.json")
    #expect(try filling.query(["q": "x {subject.email}"]).hasPrefix("q=x%20a%2Fb%3Fc%3Dd%26e%23f%25g%20h%22%27"))
    #expect(
      try json("{subject.email}", Self.nasty) == "{\"v\":\"a/b?c=d&e#f%g h\\\"'<>\\\\é,\u{1F600}\"}")
    let xml = String(decoding: try filling.body(.xml("<a b=\"{subject.email}\"/>")), as: UTF8.self)
    #expect(xml == "<a b=\"a/b?c=d&amp;e#f%g h&quot;&apos;&lt;&gt;\\é,\u{1F600}\"/>")
    let csv = String(decoding: try filling.body(.csv([["Id"], ["{subject.email}", "x"]])), as: UTF8.self)
    #expect(csv == "Id\n\"a/b?c=d&e#f%g h\"\"'<>\\é,\u{1F600}\",x\n")
  }

  @Test func `between the quotes of a query language`() throws {
    #expect(try json("eq '{subject.email|odata}'", "o'n\\\"") == #"{"v":"eq 'o''n\\\"'"}"#)
    #expect(try json("= '{subject.email|soql}'", "o'n\\") == #"{"v":"= 'o\\'n\\\\'"}"#)
    #expect(try filling("a\"b\\").query(["q": "\"{subject.email|quoted}\""]) == "q=%22a%5C%22b%5C%5C%22")
    #expect(throws: ConnectorFailure.permanent(FailureCode("value-has-control-characters"))) {
      try json("= '{subject.email|soql}'", "a\nb")
    }
  }

  @Test func `numbers are numbers, and nothing else is`() throws {
    #expect(try json("{user.id|number}", "4711") == #"{"v":4711}"#)
    for value in ["4711 ", "0x1", "1.5", "007", "9007199254740993", "1 OR 1=1"] {
      #expect(throws: ConnectorFailure.permanent(FailureCode("value-no-number"))) {
        try json("{user.id|number}", value)
      }
    }
  }

  @Test func `what is missing, or would be another segment, stops the call`() {
    #expect(throws: ConnectorFailure.permanent(FailureCode("value-missing"))) { try filling("").path("/{user.id}") }
    #expect(throws: ConnectorFailure.permanent(FailureCode("value-missing"))) { try filling("x").path("/{other.id}") }
    #expect(throws: ConnectorFailure.permanent(FailureCode("value-missing"))) {
      try filling("x").query(["q": "{subject.phone}"])
    }
    for value in ["..", "."] {
      #expect(throws: ConnectorFailure.permanent(FailureCode("value-no-segment"))) {
        try filling(value).path("/a/{user.id}/b")
      }
    }
    #expect(throws: ConnectorFailure.permanent(FailureCode("value-has-control-characters"))) {
      try filling("a\r\nx: y").header("{subject.email}")
    }
  }

  @Test func `braces of a value are no placeholders`() throws {
    #expect(try json("{subject.email}", "{setting.url}") == #"{"v":"{setting.url}"}"#)
    #expect(try json("{{x}} {subject.email}", "y") == #"{"v":"{x} y"}"#)
  }
}
