import ErasureDomain
import ErasurePlanning

// What the configuration says about due dates and identity.
extension Configuration {
  /// Reads the keys about due dates; a country has its own flavours.
  static func readClocks(_ members: Members, _ reader: inout StrictReader, into result: inout Configuration) {
    result.country = members["country"].flatMap { reader.text($0) } ?? ""
    let countries = Set(HolidayCalendar.shipped.map(\.country)).sorted()
    if let member = members["country"], !countries.contains(result.country) {
      reader.fault(
        member.line,
        "\"country\" is \"\(result.country)\"; holidays are known for \(countries.joined(separator: ", "))")
    }
    result.holidays = members["holidays"].flatMap { reader.choice($0, of: HolidayFlavour.self) } ?? .strict
    if let calendar = HolidayCalendar.shipped(country: result.country, flavour: result.holidays) {
      result.calendar = calendar
    } else if let member = members["holidays"], countries.contains(result.country) {
      let flavours = HolidayCalendar.shipped.filter { $0.country == result.country }.map(\.flavour.rawValue)
      reader.fault(
        member.line,
        "\"holidays\" is \"\(result.holidays.rawValue)\", which \(result.country) does not have; write "
          + flavours.joined(separator: " or "))
    }
    if let member = members["alarm-working-days"] {
      let leads = reader.elements(of: member)?.compactMap { reader.integer($0, in: 0...60) } ?? []
      result.alarmWorkingDays = Set(leads).sorted(by: >)
      if leads.isEmpty { reader.fault(member.line, "\"alarm-working-days\" is empty; write [15, 7, 3, 1]") }
    }
    if let member = members["identity-documents"] { result.identityDocuments = reader.boolean(member) ?? false }
  }
}
