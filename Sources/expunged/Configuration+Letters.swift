import Correspondence
import ErasurePlanning
import Foundation
import MailTransport

// Outgoing mail, and letters to the person.
extension Configuration {
  /// Who carries our mail, and the address that it comes from.
  struct Mail {
    enum Carrier {
      /// Takes one mail from its standard input, such as `[/usr/sbin/sendmail, -t, -i]`.
      case command([String])
      case server(SMTPServer, user: String?, credential: String?)
    }
    var from: String
    var carrier: Carrier
  }

  /// The organisation as letters to the person name it, and its own templates.
  struct Letters {
    var name: String
    var address: [String]
    /// Nil where all templates are the built-in ones.
    var folder: String?
  }

  static func mail(_ member: Member, _ reader: inout StrictReader) -> Mail? {
    let keys: [KnownKey] = [
      .required("from", "write the address that mails come from, such as privacy@example.nl"), .optional("command"),
      .optional("smtp"), .optional("user"), .optional("credential"),
    ]
    guard let members = reader.members(of: member, what: "mail", keys: keys),
      let sender = members["from"], let from = reader.text(sender)
    else { return nil }
    guard let address = MailAddress(from), address.address == from else {
      reader.fault(sender.line, "\"from\" is no mail address; write one such as privacy@example.nl, without a name")
      return nil
    }
    guard (members["command"] == nil) != (members["smtp"] == nil) else {
      reader.fault(
        member.line,
        "mail: write either command: [/usr/sbin/sendmail, -t, -i] or smtp: smtp://host:587, and one of both")
      return nil
    }
    if let member = members["command"] {
      let words = reader.elements(of: member)?.compactMap { reader.text($0) } ?? []
      if words.first?.hasPrefix("/") != true {
        reader.fault(member.line, "\"command\" names no program by its path; write [/usr/sbin/sendmail, -t, -i]")
      }
      if let other = members["user"] ?? members["credential"] {
        reader.fault(other.line, "\"\(other.key)\" belongs to smtp; a command knows by itself who it is")
      }
      return Mail(from: from, carrier: .command(words))
    }
    return server(members, from: from, &reader).map { Mail(from: from, carrier: $0) }
  }

  private static func server(_ members: Members, from: String, _ reader: inout StrictReader) -> Mail.Carrier? {
    guard let member = members["smtp"], let url = reader.text(member) else { return nil }
    guard let server = SMTPServer(url) else {
      reader.fault(member.line, "\"smtp\" is \"\(url)\"; write smtp://host:587, without user or path")
      return nil
    }
    let user = members["user"].flatMap { reader.text($0) }
    let credential = members["credential"].flatMap { reader.text($0) }
    guard (user == nil) == (credential == nil) else {
      reader.fault(
        member.line, "mail: user and credential belong together; credential names the file with the password")
      return nil
    }
    return .server(server, user: user, credential: credential)
  }

  static func letters(_ member: Member, _ reader: inout StrictReader, path: (String?) -> String) -> Letters? {
    let keys: [KnownKey] = [
      .required("name", "write the organisation's name as letters give it"),
      .required("address", "write the lines of its postal address, such as [Kade 1, 1011 AA Amsterdam]"),
      .optional("folder"),
    ]
    guard let members = reader.members(of: member, what: "letters", keys: keys) else { return nil }
    let name = members["name"].flatMap { reader.text($0) }
    let address = members["address"].flatMap { reader.elements(of: $0) }?.compactMap { reader.text($0) } ?? []
    if address.isEmpty, let member = members["address"] {
      reader.fault(member.line, "\"address\" is empty; write its lines, such as [Kade 1, 1011 AA Amsterdam]")
    }
    let folder = members["folder"].flatMap { reader.text($0) }.map { path($0) }
    return name.map { Letters(name: $0, address: address, folder: folder) }
  }

  /// The templates in force. Throws the first fault of a company's own, with file and line.
  func templates() throws -> LetterTemplates {
    var files: [String: String] = [:]
    if let folder = letters?.folder {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw StartProblem("letters: the folder \(folder) cannot be read; make it, or leave out folder:")
      }
      for name in names where !name.hasPrefix(".") {
        guard let data = FileManager.default.contents(atPath: folder + "/" + name),
          let text = String(data: data, encoding: .utf8)
        else { throw StartProblem("letters: \(folder)/\(name) cannot be read as UTF-8; save it so, or take it away") }
        files[name] = text
      }
    }
    do { return try LetterTemplates(files: files) } catch {
      throw StartProblem("letters: \(letters?.folder ?? "")/\(error)")
    }
  }
}
