import ErasureDomain
import Foundation
import Synchronization

/// Ports for pages, each handed out once in a test run.
enum PagePorts {
  private static let next = Atomic(0)

  static func take() throws -> Int {
    for _ in 0..<500 {
      let port = 21_000 + (Int(getpid()) % 40) * 50 + next.add(1, ordering: .relaxed).oldValue % 50
      if isFree(port) { return port }
    }
    throw TestProblem("no free port for a page")
  }

  private static func isFree(_ port: Int) -> Bool {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard file >= 0 else { return false }
    defer { close(file) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}

/// The officer's page of an installation, and the passkeys of its people.
struct PageSite {
  let url: String
  let port: Int
  let passkeys: [String: Passkey]

  func passkey(_ who: String) throws -> Passkey {
    guard let passkey = passkeys[who] else { throw TestProblem("\(who) has no passkey") }
    return passkey
  }

  /// Somebody who is logged in.
  func visitor(_ who: String) async throws -> PageVisitor {
    let visitor = PageVisitor(at: url)
    let answer = try await visitor.login(try passkey(who))
    guard answer.status == 303 else { throw TestProblem("\(who) cannot log in: \(answer)") }
    return visitor
  }
}

extension Installation {
  /// People of every role.
  static let everybody = [
    "anna:clerk", "bram:officer", "chris:officer", "carl:co-signer", "dora:system-owner", "ruth:auditor",
    "otto:operator",
  ].map { "\($0):\(NSUserName())" }

  /// Gives the installation a page, and each of its people a passkey, or all but some. The daemon must not run yet.
  func addPage(settings: String = "", without some: Set<String> = []) throws -> PageSite {
    let port = try PagePorts.take()
    let url = "http://localhost:\(port)"
    try changeConfiguration {
      $0 + "page: {listen: \"127.0.0.1:\(port)\", url: \"\(url)\"\(settings.isEmpty ? "" : ", " + settings)}\n"
    }
    var passkeys: [String: Passkey] = [:]
    var signers = try text("allowed_signers")
    let namespaces = ["login", "approval", "attestation", "configuration"].map { "erasure-\($0)@expunged" }
    for who in people where !some.contains(who) {
      let passkey = Passkey(of: who)
      signers += try passkey.signerLine(principal: principal(who), namespaces: namespaces)
      passkeys[who] = passkey
    }
    try write(signers, to: "allowed_signers")
    return PageSite(url: url, port: port, passkeys: passkeys)
  }
}
