import ErasureDomain
import EvidenceLog
import TestKit
import Testing

/// A signed plan whose lines about grounds were decided by nobody is found, in a log that otherwise fits it.
struct DecisionLieTests {
  private func finding(
    rules: Int64? = nil, _ lines: @escaping ([CategoryDecision]) -> [CategoryDecision]?
  ) throws -> AuditFinding? {
    let lies: [EvidenceStory.Lie] =
      rules.map { number in [.init(LogOpened.kind) { $0["rules"] = .integer(number) }] } ?? []
    let (story, _) = try EvidenceStory.whole(lies: lies) { $0.lines = lines }
    return try LogFolderVerifier(trust: try story.trust()).verify(try story.folder()).first
  }

  @Test func `no line, none for a system, two for a category, and one that nobody decided`() throws {
    #expect(try finding { $0 } == nil)
    #expect(try finding { _ in nil }?.reason.contains("on which ground for no category") == true)
    let without = try finding { lines in lines.filter { $0.system.description != "crm" } }
    #expect(without?.reason.contains("for no category of") == true)
    #expect(try finding { $0 + [$0[0]] }?.reason.contains("decides twice about all in") == true)
    let stranger = try Officer("stranger", seed: 9).person
    let wrongs: [(inout CategoryDecision) -> Void] = [
      { $0.by = stranger }, { $0.ground = .objection }, { $0.rejected = .otherLegalBasis },
    ]
    for wrong in wrongs {
      let found = try finding { lines in
        var lines = lines
        wrong(&lines[0])
        return lines
      }
      #expect(found?.reason.contains("nobody decided what the plan says about all in") == true)
    }
  }

  /// What a line that merely names the system, and lines that say it twice, make of a log that is asked for more.
  @Test func `what goes is in exactly one accepted line`() throws {
    let forgeries: [([CategoryDecision]) -> [CategoryDecision]] = [
      { lines in
        lines.map { line in
          var line = line
          line.datasets = line.datasets?.filter { $0 != "contact" }
          return line
        }
      },
      { lines in
        var more = lines[0]
        more.category = "more"
        return lines.flatMap { line in
          more.system = line.system
          return [line, more]
        }
      },
    ]
    for forgery in forgeries {
      #expect(try finding(forgery)?.reason.contains("not on the ground of exactly one line") == true)
      #expect(try finding(rules: 7, forgery) == nil)
    }
    // Rows that belong to others go with them, and no line needs to name them.
    let roots = try finding { lines in
      lines.map { line in
        var line = line
        line.datasets = ["contact"]
        return line
      }
    }
    #expect(roots == nil)
  }

  @Test func `a log of before grounds were decided holds without lines`() throws {
    #expect(try finding(rules: 5) { _ in nil } == nil)
  }
}
