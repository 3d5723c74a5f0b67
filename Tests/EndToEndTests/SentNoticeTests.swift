import Crypto
import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// What another company's software may send to the listener, right and wrong.
  struct `the intake of notices` {
    private static let secret = Data(1...32)
    private static let job = "j-" + String(repeating: "5", count: 32)

    private static func notice(_ email: String) -> String {
      #"{"data":{"blind":"\#(String(repeating: "A", count: 43))","deadline":"2030-01-01T00:00:00Z","duty":"notify","#
        + #""ground":"art17(1)(b)","job_id":"\#(job)","received_on":"2026-11-20","regulation":"gdpr","#
        + #""request_id":"r-\#(String(repeating: "6", count: 32))","scope":["customer"],"subject":[{"identity_format":"#
        + #""raw","identity_type":"email","identity_value":"\#(email)"}]},"timestamp":"2026-11-20T10:00:00Z","#
        + #""type":"erasure.requested"}"#
    }

    private static func event(_ type: String) -> String {
      #"{"type":"\#(type)","timestamp":"2026-11-21T10:00:00Z","data":{"job_id":"\#(job)","deadline":"2030-01-01T00:00:00Z"}}"#
    }

    /// Posts as the other company would; its status.
    private static func post(
      _ site: Installation, _ body: String, id: String = job, from sender: String = "mother", secret: Data = secret
    ) async throws -> String {
      let seconds = Int(Date().timeIntervalSince1970)
      let code = HMAC<SHA256>.authenticationCode(
        for: Data("\(id).\(seconds).\(body)".utf8), using: SymmetricKey(data: secret))
      let said = try await site.run(
        try Programs.tool("curl", package: "curl"),
        [
          "-sS", "--unix-socket", site.path("run/recipients.sock"), "-o", "/dev/null", "-w", "%{http_code}",
          "--data-binary", body, "-H", "content-type: application/json", "-H", "webhook-id: \(id)", "-H",
          "webhook-timestamp: \(seconds)", "-H", "webhook-signature: v1,\(Data(code).base64EncodedString())",
          "http://localhost/v1/notices/\(sender)",
        ])
      return said.output
    }

    private static func numbers(_ site: Installation) async throws -> Int {
      try await site.answer("bram", "request", "list", "--all").array?.count ?? 0
    }

    @Test func `makes one request of one notice, whoever repeats it, and none of a call that is not theirs`()
      async throws
    {
      let options = Installation.Options(people: 20, leavingOut: ["usb-stick", "sister", "cleansing", "intermediary"])
      try await Installation.with(options) { site in
        try site.write("whsec_\(Self.secret.base64EncodedString())\n", to: "credentials/mother-notice")
        let socket = site.path("run/recipients.sock")
        try site.changeConfiguration {
          $0 + """
            recipients:
              listen: "unix:\(socket)"
              url: https://erasure.example.nl
              senders: {mother: {secret: mother-notice, capacities: [customer]}}

            """
        }
        try await site.startDaemon()
        let notice = Self.notice("ada.devries@example.org")
        #expect(try await Self.post(site, notice, secret: Data(2...33)) == "401")
        #expect(try await Self.post(site, notice, from: "stranger") == "404")
        #expect(try await Self.post(site, "{}") == "422")
        #expect(try await Self.numbers(site) == 0)

        #expect(try await Self.post(site, notice) == "202")
        #expect(try await Self.post(site, notice) == "202")
        #expect(try await Self.post(site, Self.notice("somebody.else@example.org")) == "409")
        site.killDaemon()
        try await site.startDaemon()
        #expect(try await Self.post(site, notice) == "202")
        #expect(try await Self.numbers(site) == 1)

        #expect(try await Self.post(site, Self.event("erasure.reminder"), id: Self.job + "_reminder_1") == "204")
        #expect(try await Self.post(site, Self.event("erasure.cancelled"), id: Self.job + "_cancel") == "204")
        #expect(try await Self.post(site, Self.event("erasure.unheard-of"), id: Self.job + "_x") == "422")
        let history = try await site.history(of: "1")
        #expect(history.filter { $0.hasPrefix("notice.") } == ["notice.received", "notice.withdrawn"])
        #expect(
          try await site.answer("bram", "request", "show", "1")["request"]?["state"]?.string == "received",
          "an officer decides what a withdrawal means")
        #expect(try await site.stopDaemon() == .exited(0))
        try await site.requireGoodEvidence("with notices of another company")
        #expect(!(try site.text("daemon.log").contains("ada.devries")))
      }
    }
  }
}
