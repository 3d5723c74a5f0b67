import ErasureDomain
import Testing

@testable import OfficerConsole

@Suite struct `A list of requests from a file` {
  private func csv(_ text: String) -> ImportList { ImportList(csv: Array(text.utf8)) }

  @Test func `CSV is read with quoted commas, quotes and lines, and says where each row begins`() throws {
    let list = csv(
      "\u{FEFF}id,channel,capacity,email,email,text\r\n"
        + "a-1,mail,\"customer, contact\",a@b.nl,c@d.nl,\"Dear \"\"all\"\",\r\nplease erase\"\r\n"
        + "\r\na-2,phone,customer,e@f.nl,,\n")
    #expect(list.faults.isEmpty)
    #expect(list.rows.map(\.id) == ["a-1", "a-2"] && list.rows.map(\.line) == [2, 5])
    let first = try #require(list.rows.first).form
    #expect(first.capacities == [.customer, .contact])
    #expect(first.identifiers.map(\.value) == ["a@b.nl", "c@d.nl"])
    #expect(first.text == "Dear \"all\",\r\nplease erase")
    #expect(list.rows[1].form.identifiers.count == 1 && list.rows[1].form.text == nil)
  }

  @Test func `semicolons part the fields where the header has them`() {
    let list = csv("id;channel;capacity;email\n1;mail;customer, contact;a@b.nl\n")
    #expect(list.faults.isEmpty && list.rows.first?.form.capacities == [.customer, .contact])
  }

  @Test(arguments: [
    ("id,email\n1,\"never ends\nsecret", 2, "never ends"), ("id,email\n1,se\"cret\n", 2, "a quote stands inside"),
    ("id,email\n1,\"secret\"x\n", 2, "follows a closing quote"),
  ])
  func `what is no CSV is one fault with its line`(text: String, line: Int, words: String) {
    let list = csv(text)
    #expect(list.rows.isEmpty && list.faults.count == 1)
    #expect(list.faults[0].line == line && list.faults[0].words.contains(words))
    #expect(!list.faults[0].words.contains("secret"))
  }

  @Test func `every bad line is listed with its column, and no value`() {
    let list = csv(
      """
      id,channel,capacity,received,rights,email
      1,mail,customer,2026-03-01,erasure,a@b.nl
      2,mail,secret,2026-03-01,,a@b.nl
      3,mail,customer,secret,secret,a@b.nl
      4,mail,customer,,
      5,,,,,
      1,mail,customer,,,secret@b.nl
      ,mail,customer,,,secret@b.nl
      """)
    #expect(list.rows.map(\.id) == ["1"])
    let places = list.faults.map { "\($0.line) \($0.column)" }
    #expect(
      places == ["3 capacity", "4 received", "4 rights", "5 ", "6 channel", "6 capacity", "6 ", "7 id", "8 id"])
    #expect(list.faults.allSatisfy { !$0.words.contains("secret") })
    #expect(list.faults.first { $0.line == 7 }?.words == "stands in line 2 too")
  }

  @Test(arguments: ["email\na@b.nl", "id,E-Mail\n1,a@b.nl", ""])
  func `a header that names no columns is a fault of its line`(text: String) {
    let list = csv(text)
    #expect(list.rows.isEmpty && list.faults.map(\.line) == [1])
  }

  @Test func `JSON lines have the same keys`() throws {
    let list = ImportList(
      jsonLines: """
        {"id": "1", "channel": "mail", "capacity": "customer", "email": ["a@b.nl", "c@d.nl"], "language": "nl"}

        {"id": "2", "channel": "mail", "capacity": "customer", "email": 7}
        not json
        {"id": "3", "Channel": "mail"}
        """)
    #expect(list.rows.map(\.line) == [1])
    #expect(list.rows.first?.form.identifiers.count == 2 && list.rows.first?.form.language == .dutch)
    #expect(list.faults.map { "\($0.line) \($0.column)" } == ["3 email", "4 ", "5 "])
  }
}
