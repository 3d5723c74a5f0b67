/// Days and their reasons in words.
public struct DateWords: Sendable {
  let language: PersonLanguage

  public init(language: PersonLanguage) { self.language = language }

  private static let months: [PersonLanguage: [String]] = [
    .english: [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December",
    ],
    .dutch: [
      "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
      "december",
    ],
  ]

  /// The text in the language.
  func callAsFunction(_ english: String, _ dutch: String) -> String { language == .dutch ? dutch : english }

  /// `6 April 2026`, `6 april 2026`.
  public func day(_ date: CivilDate) -> String {
    "\(date.day) \(Self.months[language]?[date.month - 1] ?? "") \(date.year)"
  }

  /// `Tuesday 7 April 2026`.
  func weekday(_ date: CivilDate) -> String { "\(name(date.weekday)) \(day(date))" }

  private func name(_ weekday: Weekday) -> String {
    switch weekday {
    case .monday: self("Monday", "maandag")
    case .tuesday: self("Tuesday", "dinsdag")
    case .wednesday: self("Wednesday", "woensdag")
    case .thursday: self("Thursday", "donderdag")
    case .friday: self("Friday", "vrijdag")
    case .saturday: self("Saturday", "zaterdag")
    case .sunday: self("Sunday", "zondag")
    }
  }

  /// Why a term that ends on one day has its last day on another: `6 April 2026 is Easter Monday, so the last day is …`.
  ///
  /// Without a calendar, because its edition is not in this program any more, holidays have no names.
  func shift(from nominal: CivilDate, to last: CivilDate, _ calendar: HolidayCalendar?) -> String? {
    guard nominal < last else { return nil }
    let off = (0..<last.days(since: nominal)).map { nominal.adding(days: $0) }
    let parts = off.enumerated().map { index, date in
      "\(day(date))\(index == 0 ? " is" : "") \(what(date, calendar))"
    }
    let list =
      parts.count == 1
      ? parts[0] : parts.dropLast().joined(separator: ", ") + self(" and ", " en ") + (parts.last ?? "")
    return self("\(list), so the last day is \(weekday(last))", "\(list), dus de laatste dag is \(weekday(last))")
  }

  /// What keeps people from working on a day; a holiday's name goes before the weekend's.
  private func what(_ date: CivilDate, _ calendar: HolidayCalendar?) -> String {
    if let name = calendar?.name(of: date) { return self(name, Self.dutchHolidays[name] ?? name) }
    guard date.isWeekend else { return self("a public holiday", "een feestdag") }
    return self("a \(name(date.weekday))", "een \(name(date.weekday))")
  }

  /// The days of the Dutch and the neighbours' calendars; a name that is not here stays as the calendar has it.
  private static let dutchHolidays = [
    "New Year's Day": "nieuwjaarsdag", "Easter Monday": "tweede paasdag", "King's Day": "Koningsdag",
    "Liberation Day": "Bevrijdingsdag", "Ascension Day": "Hemelvaartsdag", "Whit Monday": "tweede pinksterdag",
    "Christmas Day": "eerste kerstdag", "the second day of Christmas": "tweede kerstdag",
    "Good Friday": "Goede Vrijdag",
    "equated with a holiday by royal decree": "bij koninklijk besluit gelijkgesteld met een feestdag",
    "Labour Day": "de Dag van de Arbeid", "All Saints' Day": "Allerheiligen", "Armistice Day": "Wapenstilstandsdag",
  ]

  /// Where a term of one month ends, and that a month may have no such day.
  func oneMonth(after received: CivilDate, to nominal: CivilDate) -> String {
    let words = self("one month after \(day(received))", "één maand na \(day(received))")
    guard received.day > nominal.day else { return words }
    return words
      + self(
        ", and that month has no day \(received.day)", ", en die maand heeft geen \(received.day)e dag")
  }
}
