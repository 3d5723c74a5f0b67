import OfficerAPI
import Testing

/// What an officer hears of those outside who see the log.
@Suite(.serialized) struct AnchorWarningTests {
  @Test(arguments: [
    (nil, false, "not anchored outside"), (["witness sister has not cosigned"], false, "witness sister"),
    ([], true, "seen outside"),
  ])
  func `status warns and check is not content while nobody outside has seen the newest checkpoint`(
    _ warnings: [String]?, _ isHealthy: Bool, _ words: String
  ) async throws {
    let scene = try await DeskScene(.init(anchorWarnings: warnings))
    let line = try await scene.say(Check(deep: false), by: .bram).lines.first { $0.name == "anchors" }
    #expect(line?.healthy == isHealthy && line?.words.contains(words) == true)
    let status = try await scene.say(ShowStatus(), by: .bram).warnings
    #expect(status.contains { $0.contains(words) } != isHealthy)
  }

  @Test func `practice needs nobody outside, and says so all the same`() async throws {
    let scene = try await DeskScene(.init(practice: true))
    let line = try await scene.say(Check(deep: false), by: .bram).lines.first { $0.name == "anchors" }
    #expect(line?.healthy == true && line?.words.contains("not anchored outside") == true)
  }
}
