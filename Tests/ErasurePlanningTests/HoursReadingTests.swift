import ErasureDomain
import Testing

@testable import ErasurePlanning

@Suite struct HoursReadingTests {
  private func read(_ line: String, role: String = "own") -> (record: SystemRecord?, faults: [String]) {
    var text = RegisterFaultTests.good + "\n" + line + "\n"
    if role != "own" { text = text.replacing("role: own", with: "role: \(role)") }
    let (value, faults) = SystemFileReader.read(RegisterFile(path: "demo/shop.yaml", text: text))
    return (value?.record, faults.map(\.message))
  }

  @Test func `hours are two times and the days on which they begin`() throws {
    let night = read("hours: {from: \"22:00\", to: \"06:00\"}")
    #expect(night.faults.isEmpty)
    #expect(night.record?.hours?.description == "22:00 to 06:00")
    let weekend = read("hours: {from: \"08:30\", to: \"20:00\", days: [sunday, saturday]}")
    #expect(weekend.record?.hours?.description == "08:30 to 20:00 on saturday, sunday")
    #expect(read("").record?.hours == nil)
  }

  @Test(arguments: [
    ("{from: \"22:00\"}", "\"hours\" lacks \"to\"; write a time in quotes, such as \"06:00\""),
    ("{from: \"22:00\", to: \"24:00\"}", "\"to\" is \"24:00\"; write a time of day from \"00:00\" to \"23:59\""),
    (
      "{from: \"22:00\", to: \"22:00\"}",
      "\"hours\" begin and end at 22:00; leave them out when rows may be erased at any time"
    ),
    ("{from: \"22:00\", to: \"06:00\", days: []}", "\"days\" is empty; leave it out for every day"),
    (
      "{from: \"22:00\", to: \"06:00\", days: [friday, friday]}",
      "\"days\" names \"friday\" twice; take one out"
    ),
    (
      "{from: \"22:00\", to: \"06:00\", days: [vrijdag]}",
      "\"days\" is \"vrijdag\"; allowed: monday, tuesday, wednesday, thursday, friday, saturday, sunday"
    ),
    (
      "{from: \"22:00\", to: \"06:00\", zone: UTC}",
      "unknown key \"zone\" in \"hours\"; allowed: from, to, days"
    ),
  ])
  func `anything else is refused by name`(hours: String, message: String) {
    let (record, faults) = read("hours: \(hours)")
    #expect(record == nil && faults == [message])
  }

  @Test func `a time without quotes is a number in YAML, and is said to be one`() {
    let faults = read("hours: {from: 22:00, to: \"06:00\"}").faults
    #expect(faults.count == 1 && faults[0].contains("quotes"))
  }

  @Test func `only a system in which we erase has hours`() {
    let faults = read("hours: {from: \"22:00\", to: \"06:00\"}", role: "carrier").faults
    #expect(faults.contains("\"hours\" are for systems in which rows are erased by us; take them out"))
  }
}
