import ErasureDomain
import OfficerAPI
import Testing

@testable import Listeners

@Suite struct `The page's lists of requests` {
  @Test func `a place in a list is read as it was written`() throws {
    for text in ["2026-04-03_17", "_17"] {
      #expect(try #require(PagePosition(text)).description == text)
    }
    let place = try #require(PagePosition("2026-04-03_17")).position
    #expect(place.number == 17 && place.workTo == CivilDate("2026-04-03"))
  }

  @Test(arguments: ["", "17", "2026-13-03_17", "2026-04-03_", "2026-04-03_x", "a_b_c", "_"])
  func `what is no place begins the list`(_ text: String) {
    #expect(PagePosition(text) == nil)
    #expect(PagePosition(nil) == nil)
  }

  @Test func `every word of the lists and of the first screen is there in both languages`() throws {
    let files = try PageFiles()
    for language in [PageWords.Language.english, .dutch] {
      let words = files.words(in: language)
      for show in ListRequests.Show.allCases {
        #expect(words.has("requests.title.\(show)") && words.has("requests.show.\(show)"))
      }
      for stage in RequestStage.allCases { #expect(words.has("request-stage.\(stage)")) }
      for state in ["received", "verified", "refused", "withdrawn", "in-erasure", "withdrawn-partly", "concluded"] {
        #expect(words.has("request-state.\(state)"))
      }
      let marks = [-2, -1, 0, 1, 7, 8].map { RequestMark.left($0, words) }
      #expect(marks.map(\.mark) == ["bad", "bad", "bad", "wait", "wait", ""])
      #expect(Set(marks.map(\.text)).count == marks.count)
    }
  }
}
