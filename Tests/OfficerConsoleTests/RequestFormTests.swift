import ErasureDomain
import OfficerAPI
import Testing

@testable import OfficerConsole

@Suite struct `A request from a file` {
  @Test func `lines become a call`() throws {
    let form = try RequestForm(
      reading: """
        # a comment
        channel: mail
        capacity: customer, contact
        received: 2026-11-20
        email:   person@example.nl
        customer-no: 48213
        contact: person@example.nl
        text: Please erase: everything.
        text: Thank you.
        """)
    #expect(form.channel == "mail")
    #expect(form.capacities == [.customer, .contact])
    #expect(form.received == .on(try #require(CivilDate("2026-11-20"))))
    #expect(
      form.identifiers == [
        SubjectIdentifier(kind: .email, value: "person@example.nl"),
        SubjectIdentifier(kind: IdentifierKind(rawValue: "customer-no"), value: "48213"),
      ])
    #expect(form.contact == "person@example.nl")
    #expect(form.text == "Please erase: everything.\nThank you.")
    #expect(try form.call(receivedAt: nil).identifiers.count == 2)
  }

  @Test func `CRLF and a time are read`() throws {
    let form = try RequestForm(reading: "channel: mail\r\nreceived: 2026-11-20T09:30:00Z\r\nemail: a@b.nl\r\n")
    #expect(form.received == .at(try #require(UTCTime("2026-11-20T09:30:00Z"))))
    #expect(form.identifiers == [SubjectIdentifier(kind: .email, value: "a@b.nl")])
  }

  @Test(arguments: [
    ("secret@example.nl", "line 1"), ("channel: mail\nsecret@example.nl: x", "line 2"), ("email:", "line 1"),
    ("capacity: secret", "line 1"), ("received: secret", "line 1"), ("channel: a\nchannel: b", "line 2"),
  ])
  func `a fault names the line and no value`(input: String, place: String) throws {
    let failure = try #require(throws: ConsoleFailure.self) { try RequestForm(reading: input) }
    #expect(failure.exit == .usage)
    #expect(failure.description.contains(place))
    #expect(!failure.description.contains("secret"))
  }

  @Test(arguments: ["email: a@b.nl", "channel: mail\nemail: a@b.nl", "channel: mail\ncapacity: customer"])
  func `what is missing is said`(input: String) throws {
    let form = try RequestForm(reading: input)
    let failure = try #require(throws: ConsoleFailure.self) { try form.call(receivedAt: nil) }
    #expect(failure.description.contains("add"))
  }

  @Test func `the JSON of the call is read, and an unknown key is not`() throws {
    let json = """
      { "channel": "mail", "capacities": ["customer"],
        "identifiers": [{"kind": "email", "value": "secret@example.nl"}], "receivedAt": "2026-11-20T09:30:00Z" }
      """
    let form = try RequestForm(reading: json)
    #expect(form.identifiers.count == 1)
    #expect(form.received == .at(try #require(UTCTime("2026-11-20T09:30:00Z"))))
    for wrong in [json.replacing("receivedAt", with: "recievedAt"), json.replacing("\"email\"", with: "3"), "{"] {
      let failure = try #require(throws: ConsoleFailure.self) { try RequestForm(reading: wrong) }
      #expect(!failure.description.contains("secret"))
    }
  }

  @Test func `a person at the terminal is asked for all of it`() throws {
    let terminal = Typed([
      "mail", "customer", "2026-11-20", "nonsense", "email: a@b.nl", "customer-no: 7", "", "a@b.nl", "Erase me.", "",
    ])
    var form = RequestForm()
    try Output.$current.withValue(Output { _, _ in }) { try form.ask(terminal.terminal) }
    let call = try form.call(receivedAt: nil)
    #expect(call.channel == "mail")
    #expect(call.identifiers.map(\.value) == ["a@b.nl", "7"])
    #expect(call.contact == "a@b.nl")
    #expect(call.text == "Erase me.")
  }

  @Test func `without a terminal nothing is asked`() {
    var form = RequestForm()
    let nobody = Terminal(isInteractive: { false }, line: { nil }, everything: { [] })
    #expect(throws: ConsoleFailure.self) { try form.ask(nobody) }
  }
}
