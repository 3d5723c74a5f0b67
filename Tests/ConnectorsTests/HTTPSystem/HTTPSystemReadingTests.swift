import ErasureDomain
import ErasurePlanning
import Testing

@testable import Connectors

/// What answers are read as: JSON, XML and vCards.
@Suite struct HTTPSystemReadingTests {
  private func xml(_ text: String) -> AnswerBody? {
    XMLTree.read(Array(text.utf8)).map { AnswerBody(root: $0, isXML: true) }
  }

  @Test func `XML is read by local names, with entities, CDATA and comments`() throws {
    let body = try #require(
      xml(
        """
        <?xml version="1.0"?><!-- a --><d:a xmlns:d="x" y='>'><d:b>1 &lt; 2 &#233;&#x41;</d:b><c/><e:b><![CDATA[<&>]]></e:b>
        <g><h>deep</h></g></d:a>
        """))
    #expect(body.scalars(at: "a.b") == ["1 < 2 éA", "<&>"])
    #expect(body.scalars(at: "a.c") == [""])
    #expect(body.scalars(at: "a.g.h") == ["deep"])
    #expect(body.records(at: "a.b")?.count == 2)
    #expect(body.records(at: "a.none")?.count == 0)
    #expect(body.records(at: "other.none") == nil)
  }

  @Test(arguments: [
    "", "text", "<a>", "<a></b>", "<a></a><b/>", "<a>&x;</a>", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
    "<a b=\"></a>",
    "<a><![CDATA[</a>", "<a", "</a>", "<a><!-- </a>",
  ])
  func `what is no XML, or could define entities, is refused`(text: String) {
    #expect(xml(text) == nil)
  }

  @Test func `XML that goes too deep is refused`() {
    #expect(xml(String(repeating: "<a>", count: 60) + String(repeating: "</a>", count: 60)) != nil)
    #expect(xml(String(repeating: "<a>", count: 70) + String(repeating: "</a>", count: 70)) == nil)
  }

  @Test func `a path leads into a vCard by the names of its properties`() throws {
    let card = """
      BEGIN:VCARD\r
      VERSION:3.0\r
      item1.EMAIL;TYPE="a:b",work:ada.devries@exam\r
       ple.org\r
      email:second@example.org\r
      NOTE:one\\, two\\nthree EMAIL:not@example.org\r
      END:VCARD\r

      """
    let body = AnswerBody(root: .object(["card": .list([.text(card)])]), isXML: true)
    #expect(body.scalars(at: "card.EMAIL") == ["ada.devries@example.org", "second@example.org"])
    #expect(body.scalars(at: "card.NOTE") == ["one, two\nthree EMAIL:not@example.org"])
    #expect(body.scalars(at: "card.TEL").isEmpty)
    #expect(AnswerBody(root: .text("EMAIL:a@example.org"), isXML: false).scalars(at: "EMAIL").isEmpty)
  }

  @Test func `a condition asks for what is there; what is not there is not empty`() {
    let body = AnswerBody(
      root: .object([
        "name": .null, "list": .list([]), "deleted": .truth(true), "n": .number("5"),
        "rows": .list([.object(["v": .text("x")]), .object(["v": .text("y")])]),
      ]), isXML: false)
    func fits(_ equal: [String: String] = [:], empty: [String] = [], has: [String] = []) -> Bool {
      body.fits(HTTPSystemCondition(status: 200, equal: equal, empty: empty, present: has))
    }
    #expect(fits(empty: ["name", "list"]))
    #expect(!fits(empty: ["nmae"]))
    #expect(!fits(empty: ["n"]))
    #expect(fits(["deleted": "true", "n": "5"]))
    #expect(!fits(["deleted": "false"]))
    #expect(!fits(["missing": "true"]))
    // Every row must say so.
    #expect(!fits(["rows.v": "x"]))
    #expect(fits(["rows.0.v": "x"], has: ["rows.1", "name"]))
    #expect(!fits(has: ["rows.2"]))
  }
}
