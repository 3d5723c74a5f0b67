import ErasurePlanning
import EvidenceLog
import HTTPTransport

// Who outside says when they saw the log, and where its key lies.
extension Configuration {
  struct Anchors {
    struct Witness {
      var name: String
      var key: NoteVerifierKey
      /// Without a slash at its end.
      var url: String
    }

    struct TimeStamp {
      var url: String
      /// PEM of the authorities that its chain leads to; nil where none is named.
      var authorities: String?
      /// Addresses of lists of revoked certificates.
      var revocations: [String]
    }

    var witnesses: [Witness] = []
    /// How many of them must have cosigned, for our own policy.
    var quorum = 1
    var timeStamp: TimeStamp?
  }

  static func anchors(_ member: Member, _ reader: inout StrictReader, path: (String?) -> String) -> Anchors? {
    let keys: [KnownKey] = [.optional("time-stamp"), .optional("witnesses"), .optional("quorum")]
    guard let members = reader.members(of: member, what: "anchors", keys: keys) else { return nil }
    var anchors = Anchors()
    anchors.timeStamp = members["time-stamp"].flatMap { timeStamp($0, &reader, path: path) }
    if let member = members["witnesses"] {
      anchors.witnesses = reader.elements(of: member)?.compactMap { witness($0, &reader) } ?? []
      let (names, publicKeys) = (Set(anchors.witnesses.map(\.name)), Set(anchors.witnesses.map(\.key.publicKey)))
      if names.count < anchors.witnesses.count || publicKeys.count < anchors.witnesses.count {
        reader.fault(member.line, "\"witnesses\" has a name or key twice; each witness counts once")
      }
    }
    if let member = members["quorum"] {
      anchors.quorum = reader.integer(member, in: 1...max(1, anchors.witnesses.count)) ?? 1
    }
    if anchors.witnesses.isEmpty, anchors.timeStamp == nil {
      reader.fault(member.line, "\"anchors\" names nobody; write time-stamp: or witnesses:")
    }
    return anchors
  }

  private static let mostLists = 4

  private static func timeStamp(
    _ member: Member, _ reader: inout StrictReader, path: (String?) -> String
  ) -> Anchors.TimeStamp? {
    let keys: [KnownKey] = [
      .required("url", "write the address of the time-stamping authority, such as http://tsa.example/tsr"),
      .optional("ca"), .optional("crl"),
    ]
    guard let members = reader.members(of: member, what: "time-stamp", keys: keys),
      let url = members["url"].flatMap({ address($0, &reader) })
    else { return nil }
    let lists = members["crl"].flatMap { reader.elements(of: $0) } ?? []
    if let member = members["crl"], lists.count > mostLists {
      reader.fault(member.line, "\"crl\" names \(lists.count) lists; an authority's chain has at most \(mostLists)")
    }
    return Anchors.TimeStamp(
      url: url, authorities: members["ca"].flatMap { reader.text($0) }.map { path($0) },
      revocations: lists.prefix(mostLists).compactMap { address($0, &reader, as: "crl") })
  }

  private static func witness(_ member: Member, _ reader: inout StrictReader) -> Anchors.Witness? {
    let keys: [KnownKey] = [
      .required("name", "give the witness a name of ours, such as auditor"),
      .required("vkey", "write the verifier key that the witness published: name+id+base64"),
      .required("url", "write the prefix of its addresses, before /add-checkpoint"),
    ]
    guard let members = reader.members(of: member, what: "a witness", keys: keys) else { return nil }
    let name = members["name"].flatMap { reader.name($0) }
    let url = members["url"].flatMap { address($0, &reader) }
    guard let name, let url, let vkey = members["vkey"], let text = reader.text(vkey) else { return nil }
    do {
      let key = try NoteVerifierKey(parsing: text)
      guard key.kind == .cosignature else {
        reader.fault(vkey.line, "\"vkey\" is no key of a witness (kind 0x04); ask for the one that it cosigns with")
        return nil
      }
      return Anchors.Witness(name: name, key: key, url: url)
    } catch {
      reader.fault(vkey.line, "\"vkey\": \(error)")
      return nil
    }
  }

  private static func address(
    _ member: Member, _ reader: inout StrictReader, as name: String = "url"
  ) -> String? {
    guard let text = reader.text(member) else { return nil }
    let url = text.hasSuffix("/") && text.utf8.count { $0 == 0x2F } > 3 ? String(text.dropLast()) : text
    guard URLParts(url) != nil else {
      reader.fault(member.line, "\"\(name)\" is no absolute http or https address")
      return nil
    }
    return url
  }
}
