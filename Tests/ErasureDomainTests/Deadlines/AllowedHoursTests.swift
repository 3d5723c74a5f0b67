import ErasureDomain
import Testing

@Suite struct AllowedHoursTests {
  /// An hour east of Greenwich.
  private let clock = FixedOffsetClock(instant: UTCTime(secondsSince1970: 0), offset: 3_600)

  private func time(_ text: String) throws -> UTCTime { try #require(UTCTime(text)) }

  private func hours(_ from: String, _ to: String, _ days: [Weekday]? = nil) throws -> AllowedHours {
    let (from, to) = (try #require(DayTime(from)), try #require(DayTime(to)))
    return try #require(AllowedHours(from: from, to: to, days: days))
  }

  private func window(_ hours: AllowedHours, _ at: String) throws -> [String] {
    let window = try #require(hours.window(at: try time(at), on: clock))
    return [window.opens.description, window.closes.description]
  }

  @Test func `over midnight they are one stretch, open from its first second to the one before its last`() throws {
    let hours = try hours("22:00", "06:00")
    let night = ["2026-03-02T21:00:00Z", "2026-03-03T05:00:00Z"]
    for at in ["2026-03-02T12:00:00Z", "2026-03-02T21:00:00Z", "2026-03-02T23:30:00Z", "2026-03-03T04:59:59Z"] {
      #expect(try window(hours, at) == night, "\(at)")
    }
    #expect(try window(hours, "2026-03-03T05:00:00Z") == ["2026-03-03T21:00:00Z", "2026-03-04T05:00:00Z"])
    let open = try #require(hours.window(at: try time("2026-03-02T23:30:00Z"), on: clock))
    for inside in ["2026-03-02T21:00:00Z", "2026-03-03T04:59:59Z"] { #expect(open.contains(try time(inside))) }
    for outside in ["2026-03-02T20:59:59Z", "2026-03-03T05:00:00Z"] { #expect(!open.contains(try time(outside))) }
  }

  @Test func `within a day and until midnight`() throws {
    #expect(
      try window(try hours("09:00", "17:30"), "2026-03-02T09:00:00Z") == [
        "2026-03-02T08:00:00Z", "2026-03-02T16:30:00Z",
      ])
    #expect(
      try window(try hours("20:00", "00:00"), "2026-03-02T09:00:00Z") == [
        "2026-03-02T19:00:00Z", "2026-03-02T23:00:00Z",
      ])
  }

  @Test func `days are those on which they begin`() throws {
    let hours = try hours("22:00", "06:00", [.friday])
    // 2026-03-06 is a Friday; its night reaches into the Saturday.
    let night = ["2026-03-06T21:00:00Z", "2026-03-07T05:00:00Z"]
    #expect(try window(hours, "2026-03-02T12:00:00Z") == night)
    #expect(try window(hours, "2026-03-07T04:00:00Z") == night)
    #expect(try window(hours, "2026-03-07T05:00:00Z") == ["2026-03-13T21:00:00Z", "2026-03-14T05:00:00Z"])
    #expect(hours.description == "22:00 to 06:00 on friday")
  }

  @Test func `hours that say nothing are none`() throws {
    let noon = try #require(DayTime("12:00"))
    #expect(AllowedHours(from: noon, to: noon) == nil)
    #expect(AllowedHours(from: noon, to: try #require(DayTime("13:00")), days: []) == nil)
    for wrong in ["24:00", "7:00", "07:60", "0700", "07:00:00", "", "ab:cd", "07-00"] {
      #expect(DayTime(wrong) == nil, "\(wrong)")
    }
    #expect(DayTime("23:59")?.minute == 1_439 && DayTime(minute: 1_440) == nil)
  }

  @Test func `a record without hours has the bytes it had before there were hours`() throws {
    func record(_ hours: AllowedHours?) throws -> SystemRecord {
      SystemRecord(
        system: try #require(SystemName("crm")), title: "CRM", role: .own, owner: "sales", subjects: [.customer],
        connector: "sqlite", settings: .object([:]), identifiers: [], datasets: [], blockers: [], copies: [],
        concurrency: 1, hours: hours)
    }
    let without = try CanonicalJSON.tree(of: try record(nil)).object ?? [:]
    #expect(
      without.keys.sorted() == [
        "blockers", "concurrency", "connector", "copies", "datasets", "identifiers", "owner", "role", "settings",
        "subjects", "system", "title",
      ])
    let with = try record(try hours("22:00", "06:00", [.monday, .friday]))
    let tree = try CanonicalJSON.tree(of: with).object?["hours"]?.object
    #expect(
      tree == ["from": .string("22:00"), "to": .string("06:00"), "days": .array([.integer(1), .integer(5)])])
    #expect(try CanonicalJSON.decode(SystemRecord.self, from: CanonicalJSON.encode(with)) == with)
  }
}
