import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// From a file with many requests to the alarms before their dates.
  struct `a list of requests` {
    @Test func `is registered once, and people are called once although nothing ran at the moment`() async throws {
      try await Installation.with(.init(people: 10, leavingOut: ["cleansing", "intermediary", "sister"])) { site in
        try site.changeConfiguration { text in
          text.replacing("\n  bram:\n", with: "\n  bram:\n    mail: bram@office.example\n")
            + "mail: {from: privacy@demo.example, command: [/usr/bin/tee, \(site.beside("alarm.mail"))]}\n"
            + "ladder: {deadline-near: [{who: [bram], after-hours: 0}]}\n"
        }
        try await site.startDaemon()
        let received = site.today.adding(days: -25)
        let lines = (1...4).map { "crm-\($0),mail,customer,\(received),person\($0)@example.org" }
        let (good, bad) = (site.beside("good.csv"), site.beside("bad.csv"))
        let header = "id,channel,capacity,received,email\n"
        try Data((header + lines.joined(separator: "\n")).utf8).write(to: URL(fileURLWithPath: good))
        try Data((header + lines.joined(separator: "\n") + "\ncrm-5,mail,client,,secret@example.org\n").utf8)
          .write(to: URL(fileURLWithPath: bad))

        let refused = try await site.expunge("anna", "request", "import", bad)
        #expect(refused.ending == .exited(2) && refused.output.contains("\"line\":6"))
        #expect(!refused.output.contains("secret"))
        #expect(try await site.answer("anna", "request", "import", good)["registered"]?.array?.count == 4)
        let again = try await site.answer("anna", "request", "import", good)
        #expect(again["registered"]?.array?.isEmpty == true && again["known"]?.integer == 4)

        #expect(try await site.stopDaemon() == .exited(0))
        for _ in 1...2 {
          try await site.startDaemon()
          try await until("people were called") {
            try site.text("daemon.log").components(separatedBy: "\"deadline-near\"").count == 5
              && site.text("daemon.log").contains("people were told what waits for them")
          }
          #expect(try await site.stopDaemon() == .exited(0))
        }
        let kinds = try PublishedEvidence(folder: site.path("evidence")).entries.map(\.kind.rawValue)
        #expect(kinds.count { $0 == "request.received" } == 4 && kinds.count { $0 == "deadline.near" } == 4)
        // One mail for the four of them, and not a second one after the second start.
        #expect(kinds.count { $0 == "alarm.sent" } == 4)
        let mail = try String(contentsOfFile: site.beside("alarm.mail"), encoding: .utf8)
        #expect(
          mail.contains("To: <bram@office.example>") && mail.contains("4 things wait") && !mail.contains("person1"))
      }
    }
  }
}
