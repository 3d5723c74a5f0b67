import ErasureDomain
import OfficerAPI
import Testing

@testable import OfficerConsole

@Suite struct `Where a person is, on paper` {
  private func result() throws -> DiscoveryResult {
    let crm = SweepFindings(
      hits: [
        .init(
          table: "contact", column: "email", kind: .email, exact: 1, contained: 0, uncovered: 0, datasets: ["contact"]),
        .init(
          table: "activity", column: "note", kind: .email, exact: 0, contained: 12, uncovered: 0,
          datasets: ["activity"]),
        .init(
          table: "news\u{1B}[2Jletter", column: "address", kind: .email, exact: 3, contained: 0, uncovered: 3,
          datasets: []),
      ],
      unread: [
        .init(table: "event", column: "raw", code: SweepFindings.Unread.bytes),
        .init(table: "visit", code: SweepFindings.Unread.notFinished),
        .init(table: "words", code: SweepFindings.Unread.noRows),
        .init(table: "zip", code: SweepFindings.Unread.notReached),
        .init(table: "odd", column: "made", code: FailureCode("not-readable")),
      ], columns: 212, columnsInAll: 215, rows: 123_456, uncoveredRows: 3,
      notInsideText: [IdentifierKind(rawValue: "customer-no")])
    return DiscoveryResult(
      systems: [
        .init(
          system: try Scene.system("crm"), title: "Customer relations", findings: crm, failure: nil,
          fragments: [
            .init(
              table: "newsletter",
              text: """
                # crm.yaml, under datasets:
                  newsletter:
                    table: newsletter
                    find: [{email: address}]
                    suffices: [email]
                    erase: delete  # or retain: {rule: .., start: column}

                """)
          ]),
        .init(
          system: try Scene.system("shop"), title: "Web shop", findings: nil,
          failure: "a system cannot be reached or read now (database-locked); try again", fragments: []),
      ], notSearched: [try Scene.system("sister"), try Scene.system("usb-stick")])
  }

  @Test func `numbers first, then what was not looked into, then what to write`() throws {
    try Golden.expect(DiscoverText.text(try result()), "discover.txt")
    #expect(try !result().isComplete)
  }

  @Test func `nothing found is said with its limits`() {
    let text = DiscoverText.text(DiscoveryResult(systems: [], notSearched: []))
    #expect(text.hasPrefix("Nowhere, as far as it could be looked into.\n"))
  }

  @Test func `how far it is stands on one line of a terminal, and nowhere else`() throws {
    let discovery = Discovery(
      search: "s", number: 1, step: 3,
      progress: [
        .init(system: try Scene.system("crm"), columns: 14, columnsInAll: 212, done: false),
        .init(system: try Scene.system("shop"), columns: 0, columnsInAll: 0, done: false),
      ])
    let line = DiscoverText.progress(discovery)
    #expect(line == "crm  14/212 columns   0/2 systems")
    let piped = Said()
    piped.output.progress(line)
    #expect(piped.notes.isEmpty && piped.answers.isEmpty)
    let shown = Said()
    shown.terminal.progress(line)
    shown.terminal.progress("")
    #expect(shown.notes == "\r\u{1B}[Kcrm  14/212 columns   0/2 systems\r\u{1B}[K")
    #expect(shown.answers.isEmpty)
  }

  @Test(arguments: [["--minutes", "0"], ["--minutes", "61"], ["--rows-per-second", "0"]])
  func `limits are checked before anything is asked`(options: [String]) async {
    let said = Said()
    let status = await Output.$current.withValue(said.output) {
      await ExpungeCommand.execute(["discover", "1", "--socket", "/nonexistent"] + options)
    }
    #expect(status == 2)
  }
}
