/// Which days of a country's law count as public holidays under Regulation 1182/71 (rule D4).
///
/// For the Netherlands three readings exist; a country with one list uses `strict`.
public enum HolidayFlavour: String, Hashable, Sendable, Codable, CaseIterable {
  /// Only the days that statute names as public holidays.
  case strict
  /// Also Good Friday, which article 3(2) of the Algemene termijnenwet equates with them.
  case atw
  /// Also the days that royal decrees equate with them under article 3(3).
  case atwDecree = "atw-decree"
}
