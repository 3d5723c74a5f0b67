import ErasureDomain
import Foundation
import OfficerAPI
import Testing

@testable import OfficerConsole

@Suite struct `Codes of databases in words` {
  private static let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources/Connectors")

  /// Codes as the sources of the connectors write them: of failures, of questions and of obstacles.
  private static func codes() throws -> Set<String> {
    var found: Set<String> = []
    for folder in ["Database", "PostgreSQL", "SQLite"] {
      let place = sources.appendingPathComponent(folder)
      for file in try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil) {
        let text = try String(contentsOf: file, encoding: .utf8)
        let pattern =
          /(?:FailureCode\(|settle\(|\badd\(\s*|code: |ask\(\.moreThanApproved, )"([a-z0-9]+(?:-[a-z0-9]+)*)"/
        for match in text.matches(of: pattern) { found.insert(String(match.1)) }
      }
    }
    return found
  }

  /// How a look was made, and notes of a plan, which have their own words.
  private static let others: Set<String> = [
    "second-connection", "full-text", "partition-without-key", "trigger-acts",
  ]

  @Test func `each code that a connector gives has a sentence that says what to do next`() throws {
    let codes = try Self.codes()
    #expect(codes.count > 90 && codes.contains("lock-timeout") && codes.contains("group-too-small"))
    for code in codes.subtracting(Self.others).sorted() {
      #expect(CodeWords.sentence(for: FailureCode(code)) != nil, "\(code) has no words")
    }
  }

  @Test func `no sentence stands for a code that nothing gives`() throws {
    let computed: Set<String> = ["log-is-archived", "log-is-recycled"]
    let unused = Set(CodeWords.sentences.keys).subtracting(try Self.codes()).subtracting(computed)
    #expect(unused.isEmpty, "\(unused.sorted())")
  }

  @Test(arguments: ["sqlstate-42883", "server-error-xx001", "sqlite-23"])
  func `numbers of errors are explained by their family`(code: String) {
    #expect(CodeWords.sentence(for: FailureCode(code))?.hasSuffix(".") == true)
  }

  @Test func `every sentence ends, and a code of another kind of system has none`() {
    for (code, sentence) in CodeWords.sentences {
      #expect(sentence.hasSuffix(".") && sentence.count < 160, "\(code)")
    }
    #expect(CodeWords.sentence(for: FailureCode("opendsr-bad-signature")) == nil)
  }

  @Test func `a job and a task that carry a code say what it means`() throws {
    let sentence = try #require(CodeWords.sentences["change-ignored"])
    let question = Question(code: .other, detail: FailureCode("change-ignored"))
    let job = try Scene.jobView(13, "crm", .erase, state: "awaiting-officer", question: question)
    #expect(JobText.facts(job).contains(sentence))
    let task = TaskView(
      task: job.job.text, request: Scene.request, number: 1, system: try Scene.system("crm"), title: "CRM",
      question: question, answers: question.answers)
    #expect(TaskText.detail(task).contains(sentence))
    let plain = try Scene.jobView(13, "crm", .erase, state: "erased", outcome: try Scene.erased())
    #expect(!JobText.facts(plain).contains("Means"))
  }
}
