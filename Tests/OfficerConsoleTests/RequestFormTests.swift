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
      "mail", "customer", "2026-11-20", "erasure, spelling", "erasure, access", "nl", "agent", "Not a code",
      "written-authority", "no", "person", "nonsense", "email: a@b.nl", "customer-no: 7", "", "a@b.nl", "Erase me.", "",
    ])
    var form = RequestForm()
    try Output.$current.withValue(Output { _, _ in }) { try form.ask(terminal.terminal) }
    let call = try form.call(receivedAt: nil)
    #expect(call.channel == "mail")
    #expect(call.identifiers.map(\.value) == ["a@b.nl", "7"])
    #expect(call.contact == "a@b.nl")
    #expect(call.text == "Erase me.")
    #expect(call.rights == [.erasure, .access] && call.language == .dutch)
    #expect(
      call.requester
        == Requester(kind: .agent, proof: FailureCode("written-authority"), isAddressee: false, under16: false))
  }

  @Test func `a mail is pasted as it came`() throws {
    let form = try RequestForm(
      reading: "channel: mail\ncapacity: customer\nemail: a@b.nl\ntext:\nDear all,\n\n# erase me\nphone: 06\n\nAda\n")
    #expect(form.text == "Dear all,\n\n# erase me\nphone: 06\n\nAda")
    #expect(form.identifiers.count == 1)
    for wrong in ["text:\n \n", "text: once\ntext:\nmore"] {
      #expect(throws: ConsoleFailure.self) { try RequestForm(reading: wrong) }
    }
  }

  @Test func `rights, language and who asks are read`() throws {
    let form = try RequestForm(
      reading: """
        channel: letter
        capacity: customer
        rights: erasure, portability
        language: en
        requester: representative
        proof: birth-certificate
        under-16: yes
        email: a@b.nl
        """)
    let call = try form.call(receivedAt: nil)
    #expect(call.rights == [.erasure, .portability] && call.language == .english)
    #expect(call.requester?.isAddressee == true, "for a child the representative is written to")
    #expect(
      try RequestForm(reading: "channel: mail\ncapacity: customer\nemail: a@b.nl").call(receivedAt: nil).rights == nil)
  }

  @Test(arguments: [
    ("rights: secret", "a right is one of"), ("language: secret", "language is nl or en"),
    ("requester: secret", "requester is representative"), ("proof: Secret paper", "proof is a code"),
    ("addressee: secret", "addressee is"), ("under-16: secret", "under-16 is yes or no"),
    ("proof: a\nproof: secret", "line 2: proof stands there twice"),
  ])
  func `a fault about who asks names no value`(input: String, words: String) throws {
    let failure = try #require(throws: ConsoleFailure.self) { try RequestForm(reading: input) }
    #expect(failure.description.contains(words) && failure.description.hasPrefix("line "))
    #expect(!failure.description.contains("secret"))
  }

  @Test(arguments: [
    ("requester: agent", "add a line such as `proof:"), ("proof: paper", "belong to a requester"),
    ("requester: agent\nproof: paper", "say who is written to"),
  ])
  func `a requester is complete or absent`(lines: String, words: String) throws {
    let form = try RequestForm(reading: "channel: mail\ncapacity: customer\nemail: a@b.nl\n" + lines)
    let failure = try #require(throws: ConsoleFailure.self) { try form.call(receivedAt: nil) }
    #expect(failure.description.contains(words))
  }

  @Test func `only identifiers are added later`() throws {
    #expect(try RequestForm(identifiers: "# more\nphone: 0612345678\n").identifiers.count == 1)
    #expect(throws: ConsoleFailure.self) { try RequestForm(identifiers: "channel: mail\nphone: 0612345678\n") }
  }

  @Test func `without a terminal nothing is asked`() {
    var form = RequestForm()
    let nobody = Terminal(isInteractive: { false }, line: { nil }, everything: { [] })
    #expect(throws: ConsoleFailure.self) { try form.ask(nobody) }
  }

  @Test func `a mail that was pasted with its headers, and a ticket, name what is spared`() throws {
    let form = try RequestForm(
      reading:
        "channel: mail\nticket: T-77\nemail: a@b.nl\ntext:\nFrom: A\n  (home)\nMessage-ID: <1@b.nl>\n\nmessage-id: no")
    #expect(form.caseRecords == [.ticket: ["T-77"], .mail: ["<1@b.nl>"]])
    #expect(form.identifiers.map(\.kind.rawValue) == ["email"])
    let plain = try RequestForm(reading: "channel: mail\nemail: a@b.nl\ntext:\nHello,\nMessage-ID: <1@b.nl>")
    #expect(plain.caseRecords.isEmpty)
  }
}
