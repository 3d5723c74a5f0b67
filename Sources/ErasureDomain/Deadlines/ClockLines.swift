/// The lines of `RequestClocks`: each date of a request with its reason.
struct ClockLines {
  private let record: RequestRecord
  private let dates: DueDates
  private let calendar: HolidayCalendar?
  private let words: DateWords

  init(_ record: RequestRecord, in language: PersonLanguage) {
    words = DateWords(language: language)
    self.record = record
    dates = record.received.dueDates
    calendar = HolidayCalendar.shipped(ruleSet: record.received.dueDates.ruleSet)
  }

  var lines: [RequestClocks.Line] {
    let month = words.oneMonth(after: dates.received, to: dates.nominal)
    var lines = [
      RequestClocks.Line(
        name: .statutory, day: dates.statutory,
        why: words.shift(from: dates.nominal, to: dates.statutory, calendar) ?? month),
      RequestClocks.Line(name: .workTo, day: dates.workTo, why: workTo(dates.workTo, dates.nominal)),
    ]
    lines += suspension + furtherMonths
    if record.extended != nil || record.identityAsked != nil {
      lines.append(
        RequestClocks.Line(
          name: .refusal, day: dates.statutory,
          why: words(
            "a full refusal is due by the first deadline, whatever was extended or suspended",
            "een volledige weigering moet er op de eerste uiterste datum zijn, wat er ook verlengd of opgeschort is")))
    }
    return lines
  }

  private func workTo(_ day: CivilDate, _ nominal: CivilDate) -> String {
    day == nominal
      ? words("\(words.weekday(day)) is a working day", "\(words.weekday(day)) is een werkdag")
      : words(
        "the last working day before \(words.weekday(nominal))",
        "de laatste werkdag vóór \(words.weekday(nominal))")
  }

  private var suspension: [RequestClocks.Line] {
    guard let asked = record.identityAsked?.first else { return [] }
    let late = !dates.isPrompt(asked: asked.on)
    guard !late else {
      let days = asked.on.days(since: dates.received)
      return [
        RequestClocks.Line(
          name: .suspended, day: dates.statutory,
          why: words(
            "identity was asked for on \(asked.on), \(days) days after receipt: not without undue delay (at most "
              + "\(DueDates.promptAsking) days), so nothing is suspended",
            "naar de identiteit is gevraagd op \(words.day(asked.on)), \(days) dagen na ontvangst: niet onverwijld (ten "
              + "hoogste \(DueDates.promptAsking) dagen), dus er is niets opgeschort"))
      ]
    }
    guard let proved = record.identityProved else {
      return [
        RequestClocks.Line(
          name: .suspended, day: nil,
          why: words(
            "identity was asked for on \(asked.on): each day until the proof comes moves the last day by one; until "
              + "then the unsuspended day counts",
            "naar de identiteit is gevraagd op \(words.day(asked.on)): elke dag tot het bewijs er is schuift de laatste "
              + "dag één op; tot dan telt de niet opgeschorte dag"))
      ]
    }
    let nominal = dates.nominal.adding(days: proved.suspendedDays)
    let number = proved.suspendedDays
    let days = words(number == 1 ? "1 day" : "\(number) days", number == 1 ? "1 dag" : "\(number) dagen")
    let why = words(
      "identity was asked for on \(asked.on) and proved on \(proved.on), \(days): \(words.day(nominal))",
      "naar de identiteit is gevraagd op \(words.day(asked.on)), het bewijs kwam op \(words.day(proved.on)), \(days): "
        + words.day(nominal))
    let shift = words.shift(from: nominal, to: proved.statutory, calendar).map { "; \($0)" } ?? ""
    return [
      RequestClocks.Line(
        name: .suspended, day: proved.statutory,
        why: why + shift
          + words(
            "; a regulator may hold on to the unsuspended day",
            "; een toezichthouder kan zich aan de niet opgeschorte dag houden")),
      RequestClocks.Line(name: .suspendedWorkTo, day: proved.workTo, why: workTo(proved.workTo, nominal)),
    ]
  }

  private var furtherMonths: [RequestClocks.Line] {
    let days = record.identityProved?.suspendedDays ?? 0
    let nominal = DueDates.extendedNominal(received: dates.received).adding(days: days)
    guard let extended = record.extended else {
      guard record.hasOpenClock, record.repliedOn == nil else { return [] }
      if case .refused = record.state { return [] }
      return [
        RequestClocks.Line(
          name: .extendable, day: days == 0 ? dates.extended : nil,
          why: words(
            "only if the person is told by \(dates.statutory), with the reason",
            "alleen als de betrokkene het uiterlijk \(words.day(dates.statutory)) hoort, met de reden"))
      ]
    }
    let due = record.dueInForce
    let shift = words.shift(from: nominal, to: due.statutory, calendar).map { "; \($0)" } ?? ""
    return [
      RequestClocks.Line(
        name: .extended, day: due.statutory,
        why: words(
          "extended on \(extended.on) for \(extended.reason.rawValue), two further months\(shift)",
          "verlengd op \(words.day(extended.on)) wegens \(reason(extended.reason)), twee maanden erbij\(shift)")),
      RequestClocks.Line(name: .extendedWorkTo, day: due.workTo, why: workTo(due.workTo, nominal)),
    ]
  }

  private func reason(_ reason: DeadlineExtended.Reason) -> String {
    switch reason {
    case .complexity: "de ingewikkeldheid van het verzoek"
    case .numberOfRequests: "het aantal verzoeken"
    }
  }
}
