import ErasureDomain
import OfficerAPI

extension RequestForm {
  /// Asks the person at the terminal for everything that is not known yet.
  mutating func ask(_ terminal: Terminal) throws(ConsoleFailure) {
    guard terminal.isInteractive else {
      throw ConsoleFailure(
        .usage, "there is no terminal to ask at; give the request with --from FILE, or --from - for standard input")
    }
    if channel == nil { channel = terminal.ask("How did it reach you (mail, phone, letter, form, counter)?") }
    while capacities.isEmpty {
      guard let answer = terminal.ask("In which capacity (\(Self.capacityNames))?") else { break }
      capacities = answer.split(separator: ",").compactMap { Capacity(rawValue: Terminal.trimmed($0)) }
    }
    while received == nil {
      guard let answer = terminal.ask("On which day (YYYY-MM-DD, empty for now)?"), !answer.isEmpty else { break }
      received = Self.received(answer)
    }
    askWho(terminal)
    askIdentifiers(terminal)
    if contact == nil { contact = terminal.ask("Where does the answer go (empty if not known)?").flatMap(Self.filled) }
    if text == nil {
      let lines = terminal.askLines("The request's own words; an empty line ends (a whole mail: --text-from FILE).")
      text = Self.filled(lines.joined(separator: "\n"))
    }
  }

  /// Which rights, in which language, and whether somebody else asks; each may be left empty.
  private mutating func askWho(_ terminal: Terminal) {
    while rights == nil {
      guard let answer = terminal.ask("Which rights (\(Self.rightNames); empty for erasure)?"), !answer.isEmpty else {
        break
      }
      rights = Self.rights(answer)
    }
    while language == nil {
      guard let answer = terminal.ask("In which language is the person written to (nl, en, empty if not known)?"),
        !answer.isEmpty
      else { break }
      language = PersonLanguage(rawValue: answer)
    }
    if requester.kind == nil { requester.ask(terminal) }
  }

  mutating func askIdentifiers(_ terminal: Terminal) {
    Output.current.show("Identifiers, each as `kind: value`, such as `email: …`; an empty line ends.", on: .note)
    while let line = terminal.ask(">"), !line.isEmpty {
      let parts = line.split(separator: ":", maxSplits: 1).map(Terminal.trimmed)
      if parts.count == 2, SystemName.isName(parts[0]), !parts[1].isEmpty {
        identifiers.append(SubjectIdentifier(kind: IdentifierKind(rawValue: parts[0]), value: parts[1]))
      } else {
        Output.current.show("Not understood: write for example `email: …` or `customer-no: …`.", on: .note)
      }
    }
  }

  private static func filled(_ text: String) -> String? { text.isEmpty ? nil : text }

  /// The call, when everything that must be there is there.
  func call(receivedAt: UTCTime?) throws(ConsoleFailure) -> AddRequest {
    guard let channel, !channel.isEmpty else {
      throw ConsoleFailure(.usage, "the channel is missing; add a line such as `channel: mail`")
    }
    guard !capacities.isEmpty else {
      throw ConsoleFailure(.usage, "the capacity is missing; add a line such as `capacity: customer`")
    }
    guard !identifiers.isEmpty else {
      throw ConsoleFailure(.usage, "there is no identifier; add at least one line such as `email: …`")
    }
    return AddRequest(
      channel: channel, receivedAt: receivedAt, capacities: capacities, identifiers: identifiers, text: text,
      contact: contact, rights: rights, language: language, requester: try requester.requester(),
      caseRecords: caseRecords.isEmpty ? nil : caseRecords)
  }
}
