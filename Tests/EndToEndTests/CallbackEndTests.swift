import Crypto
import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// A company without a status resource that calls when it is done, over the listener that a proxy stands before.
  struct `a company that calls back` {
    private static let secret = Data(repeating: 9, count: 32)

    private static func setUp(_ site: Installation) throws {
      try site.write("whsec_\(secret.base64EncodedString())\n", to: "credentials/intermediary-calls")
      let file = "plans/demo/intermediary.yaml"
      try site.write(
        try site.text(file).replacing(
          "  secret: intermediary-webhook\n",
          with: "  secret: intermediary-webhook\n  their-secret: intermediary-calls\n"), to: file)
      let socket = site.path("run/recipients.sock")
      try site.changeConfiguration {
        $0 + "recipients: {listen: \"unix:\(socket)\", url: \"https://erasure.example.nl\"}\n"
      }
    }

    /// One call as the company's own software would make it: another HTTP client, another signer. Its status.
    private static func call(
      _ site: Installation, about job: String, _ status: String, id: String, secret: Data = secret
    ) async throws -> String {
      let body = #"{"type":"erasure.status","data":{"job_id":"\#(job)","status":"\#(status)"}}"#
      let seconds = Int(Date().timeIntervalSince1970)
      let code = HMAC<SHA256>.authenticationCode(
        for: Data("\(id).\(seconds).\(body)".utf8), using: SymmetricKey(data: secret))
      let curl = try Programs.tool("curl", package: "curl")
      let said = try await site.run(
        curl,
        [
          "-sS", "--unix-socket", site.path("run/recipients.sock"), "-o", "/dev/null", "-w", "%{http_code}",
          "--data-binary",
          body, "-H", "content-type: application/json", "-H", "webhook-id: \(id)", "-H",
          "webhook-timestamp: \(seconds)",
          "-H", "webhook-signature: v1,\(Data(code).base64EncodedString())",
          "http://localhost/v1/callbacks/\(job)",
        ])
      return said.output
    }

    /// The company's notices, as its own log names them.
    private static func told(_ site: Installation) throws -> [String] {
      let log = site.path("companies/intermediary.log")
      guard FileManager.default.fileExists(atPath: log) else { return [] }
      return try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        .filter { $0.hasSuffix(" 200 tested") }.compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// The company calls about the test's notice, as it would about every other.
    private static func passTest(_ site: Installation) async throws {
      async let tested = site.expunge("bram", "recipient", "test", "intermediary", "--seconds", "60")
      try await until("the test's notice has come") { try !told(site).isEmpty }
      let job = try #require(try told(site).first)
      #expect(try await call(site, about: job, "no_match", id: "t-0", secret: Data(repeating: 8, count: 32)) == "401")
      #expect(try await call(site, about: job, "no_match", id: "t-1") == "202")
      let said = try await tested
      #expect(said.succeeded, "\(said)")
      #expect(try await call(site, about: job, "no_match", id: "t-1") == "404")
    }

    @Test func `is heard, also again and after a kill, and nobody else is heard in its name`() async throws {
      let options = Installation.Options(
        people: 20, leavingOut: ["usb-stick", "cleansing", "sister", "backoffice"], owns: ["dora:crm"])
      try await Installation.with(options) { site in
        try Self.setUp(site)
        let email = try #require(try SystemsContent(folder: site.path("systems")).customerEmails.first)
        try await site.startDaemon()
        try await site.answer("dora", "system", "release", "crm")
        try await Self.passTest(site)
        let number = try await site.plan(for: email)
        try await site.approve(number)
        try await until("the intermediary is told") {
          try await site.jobs(of: number).contains { $0.system == "intermediary" && $0.state == "awaiting-recipient" }
        }
        let job = try #require(try await site.jobs(of: number).first { $0.system == "intermediary" }).job
        #expect(
          try await Self.call(site, about: job, "completed", id: "m-0", secret: Data(repeating: 8, count: 32)) == "401")
        #expect(
          try await Self.call(site, about: "j-" + String(repeating: "0", count: 32), "completed", id: "m-0") == "404")
        #expect(try await Self.call(site, about: job, "erased", id: "m-0") == "400")
        #expect(try await Self.call(site, about: job, "received", id: "m-1") == "202")
        // What was answered is durable.
        site.killDaemon()
        try await site.startDaemon()
        try await until("the word in between has been looked at") {
          try await site.jobs(of: number).contains { $0.job == job && $0.state == "awaiting-recipient" }
        }
        try await until("it is heard") { try await Self.call(site, about: job, "completed", id: "m-2") == "202" }
        try await until("its job is settled, and the calendar has not moved") {
          try await site.jobs(of: number).contains { $0.job == job && $0.state == "erased" }
        }
        #expect(try await Self.call(site, about: job, "completed", id: "m-2") == "202")
        #expect(try await Self.call(site, about: job, "denied", id: "m-3") == "409")
        #expect(try await site.stopDaemon() == .exited(0))
        let kinds = try PublishedEvidence(folder: site.path("evidence")).entries.map(\.kind.rawValue)
        #expect(kinds.count { $0 == "callback.received" } == 2)
        try await site.requireGoodEvidence("with calls of a company")
        #expect(!(try site.text("daemon.log").contains(email)))
      }
    }
  }
}
