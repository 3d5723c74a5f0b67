import ConnectorKit
import ErasureDomain
import ErasurePlanning
import HTTPTransport
import Listeners

// Where companies are heard, and which of them may tell us to erase.
extension Configuration {
  static func recipients(_ member: Member, _ reader: inout StrictReader) -> Recipients? {
    let keys: [KnownKey] = [
      .required("listen", "write 127.0.0.1:8402, or unix:/run/expunged/recipients.sock; a proxy stands before it"),
      .required("url", "write the https address under which companies reach the proxy"),
      .optional("senders"), .optional("receipts"),
    ]
    guard let members = reader.members(of: member, what: "recipients", keys: keys),
      let listen = members["listen"], let url = members["url"],
      let address = reader.text(listen), let text = reader.text(url)
    else { return nil }
    guard let address = RecipientListener.Address(address) else {
      reader.fault(
        listen.line, "\"listen\" is \"\(address)\"; use 127.0.0.1:PORT or unix:/PATH, with a proxy before it")
      return nil
    }
    let base = text.hasSuffix("/") ? String(text.dropLast()) : text
    let parts = URLParts(base)
    // Without a certificate in front only this machine may be meant.
    let isLocal = parts?.scheme == "http" && parts?.host == "127.0.0.1"
    guard let parts, parts.scheme == "https" || isLocal, !base.contains("?") else {
      reader.fault(url.line, "\"url\" is \"\(text)\"; write an https address such as https://erasure.example.nl")
      return nil
    }
    var result = Recipients(listen: address, url: base)
    for entry in members["senders"].flatMap({ reader.entries(of: $0, what: "senders") }) ?? [] {
      if let sender = sender(entry, &reader) { result.senders.append(sender) }
    }
    result.receipts = members["receipts"].flatMap { receipts($0, &reader) }
    return result
  }

  private static func sender(_ entry: Member, _ reader: inout StrictReader) -> NoticeSender? {
    let keys: [KnownKey] = [
      .required("secret", "name the credential with the whsec_ secret that signs its notices"),
      .optional("previous-secret"),
      .required("capacities", "say in which capacity its people are yours, such as [customer]"),
    ]
    guard let members = reader.members(of: entry, what: "senders \(entry.key)", keys: keys) else { return nil }
    // The channel of its requests is a code too.
    guard SystemName.isName("notice-" + entry.key), SystemName.isName(entry.key) else {
      reader.fault(entry.line, "senders: \"\(entry.key)\" is no code of lower-case letters, digits and hyphens")
      return nil
    }
    let secrets = ["secret", "previous-secret"].compactMap { members[$0].flatMap { reader.text($0) } }
    let capacities = members["capacities"].flatMap { reader.elements(of: $0) }?
      .compactMap { reader.choice($0, of: Capacity.self) }
    guard let capacities, !capacities.isEmpty else {
      reader.fault(entry.line, "senders \(entry.key): give at least one capacity")
      return nil
    }
    return NoticeSender(code: entry.key, secrets: secrets, capacities: capacities)
  }

  private static func receipts(_ member: Member, _ reader: inout StrictReader) -> (key: String, issuer: String)? {
    let keys: [KnownKey] = [
      .required("key", "name the credential with the 32 bytes of an Ed25519 key"),
      .required("issuer", "write the iss of your receipts, such as https://erasure.example.nl"),
    ]
    guard let members = reader.members(of: member, what: "receipts", keys: keys),
      let key = members["key"].flatMap({ reader.text($0) }), let issuer = members["issuer"].flatMap({ reader.text($0) })
    else { return nil }
    return (key, issuer)
  }
}
