import ErasureDomain

// The hours in which rows may be erased.
extension SystemFileReader {
  private enum DayName: String, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    var weekday: Weekday {
      switch self {
      case .monday: .monday
      case .tuesday: .tuesday
      case .wednesday: .wednesday
      case .thursday: .thursday
      case .friday: .friday
      case .saturday: .saturday
      case .sunday: .sunday
      }
    }
  }

  /// Nothing after a fault; else hours, never an inner nil.
  mutating func hours(_ member: Member) -> AllowedHours?? {
    let keys: [KnownKey] = [
      .required("from", "write a time in quotes, such as \"22:00\""),
      .required("to", "write a time in quotes, such as \"06:00\""), .optional("days"),
    ]
    guard let members = reader.members(of: member, what: "\"hours\"", keys: keys) else { return nil }
    let from = members["from"].flatMap { dayTime($0) }
    let to = members["to"].flatMap { dayTime($0) }
    let days = members["days"].map { weekdays($0) } ?? .some(nil)
    guard let from, let to, let days else { return nil }
    guard let hours = AllowedHours(from: from, to: to, days: days) else {
      reader.fault(
        member.line, "\"hours\" begin and end at \(from); leave them out when rows may be erased at any time")
      return nil
    }
    return hours
  }

  private mutating func dayTime(_ member: Member) -> DayTime? {
    guard let text = reader.text(member) else { return nil }
    guard let time = DayTime(text) else {
      reader.fault(member.line, "\"\(member.key)\" is \"\(text)\"; write a time of day from \"00:00\" to \"23:59\"")
      return nil
    }
    return time
  }

  /// The outer optional is a fault, the inner one never nil.
  private mutating func weekdays(_ member: Member) -> [Weekday]?? {
    guard let elements = reader.elements(of: member) else { return nil }
    guard !elements.isEmpty else {
      reader.fault(member.line, "\"days\" is empty; leave it out for every day")
      return nil
    }
    var days: [Weekday] = []
    for element in elements {
      guard let day = reader.choice(element, of: DayName.self)?.weekday else { return nil }
      if days.contains(day) {
        reader.fault(element.line, "\"days\" names \"\(day)\" twice; take one out")
        return nil
      }
      days.append(day)
    }
    return days.sorted { $0.rawValue < $1.rawValue }
  }
}
