import Testing

@testable import Listeners

@Suite struct `Parts of a list` {
  /// What a page of three shows of what was found, and where it leads.
  private func page(_ query: [String: String], _ found: [Int]) -> (shown: [Int], earlier: String?, later: String?) {
    var rows = found
    let pager = ListPart(query).pager(&rows, most: 3, path: "/list?") { String($0) }
    return (rows, pager?.earlier, pager?.later)
  }

  @Test func `one row more than is shown says that there are more`() {
    let only = page([:], [1, 2, 3])
    #expect(only.shown == [1, 2, 3] && only.earlier == nil && only.later == nil)
    let first = page([:], [1, 2, 3, 4])
    #expect(first.shown == [1, 2, 3] && first.earlier == nil && first.later == "/list?after=3")
    let middle = page(["after": "3"], [4, 5, 6, 7])
    #expect(middle.shown == [4, 5, 6] && middle.earlier == "/list?before=4" && middle.later == "/list?after=6")
    let last = page(["after": "6"], [7])
    #expect(last.shown == [7] && last.earlier == "/list?before=7" && last.later == nil)
  }

  @Test func `backwards the row too many is the first one`() {
    let middle = page(["before": "7"], [3, 4, 5, 6])
    #expect(middle.shown == [4, 5, 6] && middle.earlier == "/list?before=4" && middle.later == "/list?after=6")
    let first = page(["before": "4"], [1, 2, 3])
    #expect(first.shown == [1, 2, 3] && first.earlier == nil && first.later == "/list?after=3")
  }

  @Test func `a part in which nothing is left leads to the beginning`() {
    let behind = page(["after": "9"], [])
    #expect(behind.shown.isEmpty && behind.earlier == "/list" && behind.later == nil)
    let before = page(["before": "1"], [])
    #expect(before.shown.isEmpty && before.earlier == nil && before.later == "/list")
  }

  @Test func `what is no place is the beginning`() {
    let part = ListPart(["before": "x", "after": "7"]) { Int($0) != nil }
    #expect(part.from == "7" && !part.backwards)
    #expect(ListPart(["before": "", "after": ""]).from == nil)
    for text in ["-1", "x", "9007199254740991", "\(Int64.max)"] { #expect(!ListPart.isEntry(text), "\(text)") }
    #expect(ListPart.isEntry("0") && ListPart.isEntry("9007199254740990"))
    #expect(PagePosition("_\(Int.max)") == nil && PagePosition("_9007199254740991") != nil)
  }
}
