import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// A customer who leaves and takes his data along, over the real programs.
  struct `the customer who leaves` {
    private static let phrase = "six words that mean nothing together"

    /// The package, opened as the customer would: `age -d`, then the ZIP file.
    private static func open(_ package: String, to folder: String) throws {
      let script = """
        import io,os,pty,subprocess,sys,zipfile
        ours,theirs=pty.openpty()
        os.write(ours,(sys.argv[2]+"\\n").encode())
        p=subprocess.Popen(["/usr/bin/setsid","--ctty","/usr/bin/age","-d","-o","-",sys.argv[1]],stdin=theirs,
          stdout=subprocess.PIPE,stderr=subprocess.DEVNULL)
        out=p.communicate()[0]
        assert p.returncode==0
        zipfile.ZipFile(io.BytesIO(out)).extractall(sys.argv[3])
        """
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
      process.arguments = ["-c", script, package, phrase, folder]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }

    @Test func `has his data before they go, and nothing of them is left with us`() async throws {
      let folder = try TemporaryFolder()
      let options = Installation.Options(
        people: 20, leavingOut: ["backoffice", "cleansing", "intermediary", "sister", "usb-stick"],
        owns: ["dora:crm"])
      try await Installation.with(options) { site in
        site.stopCompanies()
        let before = try SystemsContent(folder: site.path("systems"))
        let email = try #require(before.customerEmails.first)
        try await site.startDaemon()
        try await site.answer("dora", "system", "release", "crm")
        try site.write(
          "channel: mail\ncapacity: customer\nemail: \(email)\nrights: erasure, portability, access\n",
          to: "request.txt")
        try await site.answer("anna", "request", "add", "--from", site.path("request.txt"))
        try FileManager.default.removeItem(atPath: site.path("request.txt"))
        try await site.answer("anna", "request", "confirm", "1", "--method", "known-channel", "--ground", "art17-1-b")
        try await site.answer("anna", "plan", "1")
        let shown = try await site.expunge("bram", "plan", "show", "1")
        #expect(shown.output.contains("\"packages\":[\"portability\",\"access\"]"), "\(shown)")
        try await site.approve("1")
        try await site.untilJobs(of: ["1"], "the rows are collected") { jobs in
          jobs.contains { $0.verb == "export" && $0.state == "awaiting-officer" }
        }
        #expect(try SystemsContent(folder: site.path("systems")).tables["contact"] == before.tables["contact"])

        try Data((Self.phrase + "\n").utf8).write(to: URL(fileURLWithPath: folder.path("phrase")))
        let early = try await site.expunge("bram", "package", "delivered", "1", "--kind", "access", "--how", "x")
        #expect(!early.succeeded && early.output.isEmpty)
        for kind in ["access", "portability"] {
          let file = folder.path(kind + ".age")
          try await site.answer(
            "bram", "package", "make", "1", "--kind", kind, "--passphrase-file", folder.path("phrase"), "--output",
            file)
          let attributes = try FileManager.default.attributesOfItem(atPath: file)
          #expect(attributes[.posixPermissions] as? Int == 0o600)
          try Self.open(file, to: folder.path(kind))
        }
        let contact = try String(contentsOfFile: folder.path("access/crm/contact.csv"), encoding: .utf8)
        #expect(contact.contains(email) && contact.split(separator: "\r\n").count == 2, "\(contact)")
        let portable = try String(contentsOfFile: folder.path("portability/crm/contact.csv"), encoding: .utf8)
        #expect(portable.hasPrefix("email,") && !portable.hasPrefix("id,"))
        let remains = PersonRemains(search: PersonSearch([email]), sealed: try site.sealedInVault())
        for kind in ["access", "portability"] {
          try await site.answer("bram", "package", "delivered", "1", "--kind", kind, "--how", "in-person")
        }
        try await site.untilJobs(of: ["1"], "the rows are gone") { jobs in
          jobs.allSatisfy { $0.isSettled || $0.state == "follow-up" }
        }
        let left = try SystemsContent(folder: site.path("systems")).tables["contact"]
        #expect(left?.count == before.tables["contact"].map { $0.count - 1 })

        try await until("the plan is concluded") { try await site.history(of: "1").contains("plan.concluded") }
        try await site.moveCalendar(seconds: 7_200)
        try await until("the request is concluded") { try await site.requestState("1") == "concluded" }
        try await site.answer("bram", "request", "close", "1", "--channel", "letter")
        try await until("the vault entry is destroyed") {
          try await site.history(of: "1").contains("vault.destroyed")
        }
        #expect(try await site.stopDaemon() == .exited(0))
        #expect(try remains.found(in: site).isEmpty)
        let audited = try await site.audit(site.path("evidence"))
        #expect(audited.succeeded && audited.output.hasSuffix("VERIFIED\n"), "\(audited)")
      }
    }
  }
}
