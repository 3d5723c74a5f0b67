import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// Two daemons, one telling the other.
  struct `two sister companies` {
    private static let secret = "whsec_" + Base64.encode(Array<UInt8>(1...32))
    /// The public half of the seed 0, 1, … 31.
    private static let key = "{kty: OKP, crv: Ed25519, x: A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg}"
    private static let leavingOut = ["usb-stick", "sister", "cleansing", "intermediary"]

    /// What the mother writes into its register.
    private static func daughter(at port: Int) -> String {
      """
      register: 1
      system: daughter
      name: Daughter company
      role: recipient
      owner: group-privacy
      subjects: [customer]
      connector: webhook
      settings:
        endpoint: http://127.0.0.1:\(port)/v1/notices/mother
        secret: daughter-webhook
        internal: true
        contract: erasure-notice/1
        receipt-issuer: https://erasure.daughter.example
        receipt-keys:
          - \(key)
      identifiers: [email, customer-no]

      """
    }

    /// What the daughter writes into its configuration.
    private static func senders(at port: Int) -> String {
      """
      recipients:
        listen: 127.0.0.1:\(port)
        url: http://127.0.0.1:\(port)
        senders:
          mother: {secret: mother-notice, capacities: [customer]}
        receipts: {key: receipt-key, issuer: "https://erasure.daughter.example"}

      """
    }

    private static func freePort() throws -> Int {
      let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(handle) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(handle, $0, size) == 0 && getsockname(handle, $0, &size) == 0
        }
      }
      guard bound else { throw TestProblem("no free port") }
      return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func requests(_ site: Installation) async throws -> [String] {
      (try await site.answer("bram", "request", "list", "--all").array ?? [])
        .compactMap { $0["number"]?.integer.map { String($0) } }
    }

    @Test func `need no developer: a notice becomes a request, and a signed receipt comes back`() async throws {
      let port = try Self.freePort()
      try await Installation.with(.init(people: 60, leavingOut: Self.leavingOut)) { sister in
        try sister.write(Self.secret, to: "credentials/mother-notice")
        try Data(0..<32).write(to: URL(fileURLWithPath: sister.path("credentials/receipt-key")))
        try sister.changeConfiguration {
          $0.replacing("settling-seconds: 3600", with: "settling-seconds: 0") + Self.senders(at: port)
        }
        try await sister.startDaemon()
        try await sister.releaseSystems()
        let adding = ["daughter.yaml": Self.daughter(at: port)]
        let options = Installation.Options(people: 60, leavingOut: Self.leavingOut, adding: adding)
        try await Installation.with(options) { mother in
          try mother.write(Self.secret, to: "credentials/daughter-webhook")
          let email = try #require(try SystemsContent(folder: mother.path("systems")).customerEmails.first)
          try await mother.startDaemon()
          try await mother.releaseSystems()
          let number = try await mother.plan(for: email)
          try await mother.approve(number)
          try await mother.untilJobs(of: [number], "the daughter is told", moves: 0) {
            $0.contains { $0.system == "daughter" && $0.state == "awaiting-recipient" }
          }
          // Between the 202 and everything else.
          sister.killDaemon()
          try await sister.startDaemon()
          #expect(try await Self.requests(sister) == ["1"])
          #expect(try await sister.history(of: "1").prefix(2) == ["request.received", "notice.received"])
          try await sister.answer(
            "anna", "request", "confirm", "1", "--method", "known-channel", "--ground", "art17-1-b")
          try await sister.answer("anna", "plan", "1")
          try await sister.approve("1")
          try await sister.untilJobs(of: ["1"], "the daughter's own work is done") {
            $0.allSatisfy { $0.isSettled || $0.isFollowUp }
          }
          let own = try await sister.jobs(of: "1")
          try await until("the daughter has answered: \(own)", seconds: 20) {
            try await sister.history(of: "1").contains("notice.answered")
          }
          // The first question comes after an hour; both companies live at the same time.
          for site in [sister, mother] { try await site.moveCalendar(seconds: 3_700) }
          try await mother.untilJobs(of: [number], "the daughter is done", moves: 20) {
            $0.contains { $0.system == "daughter" && $0.isSettled }
          }
          let job = try #require(try await mother.jobs(of: number).first { $0.system == "daughter" })
          #expect(job.state == "erased")
          #expect(job.outcome?["receipt"]?["verification"]?["voucher"]?.string == "recipient-signed")
          for site in [mother, sister] {
            #expect(try await site.stopDaemon() == .exited(0))
            try await site.requireGoodEvidence("between sister companies")
            let search = try await site.run("/usr/bin/grep", ["-rlF", email, site.path("evidence")])
            #expect(search.ending == .exited(1), "\(search)")
          }
          let entries = try PublishedEvidence(folder: sister.path("evidence"))
          #expect(entries.entries("notice.received").count == 1)
          #expect(entries.entries("notice.answered").count == 1)
        }
      }
    }
  }
}
