import ErasurePlanning
import HTTPTransport
import Listeners
import OfficerDesk

// Where officers find the page.
extension Configuration {
  static func page(_ member: Member, _ reader: inout StrictReader) -> OfficerPage.Settings? {
    let keys: [KnownKey] = [
      .required("listen", "write 127.0.0.1:8403, or unix:/run/expunged/page.sock; a proxy stands before it"),
      .required("url", "write the https address under which officers find it, such as https://erasure.example.nl"),
      .optional("most-rows-to-sign"),
    ]
    guard let members = reader.members(of: member, what: "page", keys: keys),
      let listen = members["listen"], let url = members["url"],
      let address = reader.text(listen), let text = reader.text(url)
    else { return nil }
    guard let address = RecipientListener.Address(address) else {
      reader.fault(
        listen.line, "\"listen\" is \"\(address)\"; use 127.0.0.1:PORT or unix:/PATH, with a proxy before it")
      return nil
    }
    let parts = URLParts(text)
    // Browsers give passkeys to https, and to this machine by its name.
    let isLocal = parts?.scheme == "http" && parts?.host == "localhost"
    let isOrigin =
      text.split(separator: "/").count == 2 && !text.hasSuffix("/") && DeskSettings.origin(of: text) == text
    guard let parts, parts.scheme == "https" || isLocal, isOrigin else {
      reader.fault(
        url.line,
        "\"url\" is \"\(text)\"; write scheme, host in lower case and, if need be, a port: https://erasure.example.nl")
      return nil
    }
    let most = members["most-rows-to-sign"].flatMap { reader.integer($0, in: 0...1_000_000) } ?? 10_000
    return OfficerPage.Settings(listen: address, url: text, mostRowsToSign: most)
  }
}
