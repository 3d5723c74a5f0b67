extension HolidayCalendar {
  /// The ten public holidays of Belgium: the royal decree of 18 April 1974 under the law of 4 January 1974.
  ///
  /// Further days on which federal offices are closed (2 and 15 November, 26 December) are not public holidays and are
  /// not here.
  static let belgium = HolidayCalendar(
    country: "BE", flavour: .strict, version: "2026-1",
    source: "law of 4 January 1974 on public holidays; royal decree of 18 April 1974, article 1",
    years: 2020...2039,
    holidays: days(of: 2020...2039) { year in
      let easter = easterSunday(of: year)
      return [
        (CivilDate(year: year, month: 1, day: 1), "New Year's Day"),
        (easter.adding(days: 1), "Easter Monday"),
        (CivilDate(year: year, month: 5, day: 1), "Labour Day"),
        (easter.adding(days: 39), "Ascension Day"),
        (easter.adding(days: 50), "Whit Monday"),
        (CivilDate(year: year, month: 7, day: 21), "the national day of Belgium"),
        (CivilDate(year: year, month: 8, day: 15), "the Assumption of Mary"),
        (CivilDate(year: year, month: 11, day: 1), "All Saints' Day"),
        (CivilDate(year: year, month: 11, day: 11), "Armistice Day"),
        (CivilDate(year: year, month: 12, day: 25), "Christmas Day"),
      ]
    })

  /// The nine public holidays that all of Germany has: 3 October by article 2(2) of the Unification Treaty, the others by
  /// the laws of all sixteen states.
  ///
  /// Days that only some states have, such as Corpus Christi, are not here: a due date that they would move comes
  /// earlier than it has to, never later.
  static let germany = HolidayCalendar(
    country: "DE", flavour: .strict, version: "2026-1",
    source: "Einigungsvertrag art. 2(2); the holiday laws of the sixteen states, days common to all",
    years: 2020...2039,
    holidays: days(of: 2020...2039) { year in
      let easter = easterSunday(of: year)
      return [
        (CivilDate(year: year, month: 1, day: 1), "New Year's Day"),
        (easter.adding(days: -2), "Good Friday"),
        (easter.adding(days: 1), "Easter Monday"),
        (CivilDate(year: year, month: 5, day: 1), "Labour Day"),
        (easter.adding(days: 39), "Ascension Day"),
        (easter.adding(days: 50), "Whit Monday"),
        (CivilDate(year: year, month: 10, day: 3), "the Day of German Unity"),
        (CivilDate(year: year, month: 12, day: 25), "Christmas Day"),
        (CivilDate(year: year, month: 12, day: 26), "the second day of Christmas"),
      ]
    })

  /// Every calendar that this program has, in the order in which they are offered.
  public static let shipped: [HolidayCalendar] =
    HolidayFlavour.allCases.map { netherlands($0) } + [belgium, germany]

  /// The calendar of a country in one reading of its law; nil where there is none.
  public static func shipped(country: String, flavour: HolidayFlavour) -> HolidayCalendar? {
    shipped.first { $0.country == country && $0.flavour == flavour }
  }

  /// The calendar that made a date, while this program still has its edition.
  static func shipped(ruleSet: String) -> HolidayCalendar? { shipped.first { $0.ruleSet == ruleSet } }
}
