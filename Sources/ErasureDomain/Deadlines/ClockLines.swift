/// The lines of `RequestClocks`: each date of a request with its reason.
struct ClockLines {
  private let record: RequestRecord
  private let dates: DueDates
  private let calendar: HolidayCalendar?

  init(_ record: RequestRecord) {
    self.record = record
    dates = record.received.dueDates
    calendar = HolidayCalendar.shipped(ruleSet: record.received.dueDates.ruleSet)
  }

  var lines: [RequestClocks.Line] {
    let month = DateWords.months("one month", after: dates.received, to: dates.nominal)
    var lines = [
      RequestClocks.Line(
        name: .statutory, day: dates.statutory,
        why: DateWords.shift(from: dates.nominal, to: dates.statutory, calendar) ?? month),
      RequestClocks.Line(name: .workTo, day: dates.workTo, why: workTo(dates.workTo, dates.nominal)),
    ]
    lines += suspension + furtherMonths
    if record.extended != nil || record.identityAsked != nil {
      lines.append(
        RequestClocks.Line(
          name: .refusal, day: dates.statutory,
          why: "a full refusal is due by the first deadline, whatever was extended or suspended"))
    }
    return lines
  }

  private func workTo(_ day: CivilDate, _ nominal: CivilDate) -> String {
    day == nominal
      ? "\(DateWords.weekday(day)) is a working day" : "the last working day before \(DateWords.weekday(nominal))"
  }

  private var suspension: [RequestClocks.Line] {
    guard let asked = record.identityAsked?.first else { return [] }
    let late = !dates.isPrompt(asked: asked.on)
    guard !late else {
      let days = asked.on.days(since: dates.received)
      return [
        RequestClocks.Line(
          name: .suspended, day: dates.statutory,
          why: "identity was asked for on \(asked.on), \(days) days after receipt: not without undue delay (at most "
            + "\(DueDates.promptAsking) days), so nothing is suspended")
      ]
    }
    guard let proved = record.identityProved else {
      return [
        RequestClocks.Line(
          name: .suspended, day: nil,
          why: "identity was asked for on \(asked.on): each day until the proof comes moves the last day by one; until "
            + "then the unsuspended day counts")
      ]
    }
    let nominal = dates.nominal.adding(days: proved.suspendedDays)
    let days = proved.suspendedDays == 1 ? "1 day" : "\(proved.suspendedDays) days"
    let words = "identity was asked for on \(asked.on) and proved on \(proved.on), \(days): \(DateWords.day(nominal))"
    let shift = DateWords.shift(from: nominal, to: proved.statutory, calendar).map { "; \($0)" } ?? ""
    return [
      RequestClocks.Line(
        name: .suspended, day: proved.statutory,
        why: words + shift + "; a regulator may hold on to the unsuspended day"),
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
          why: "only if the person is told by \(dates.statutory), with the reason")
      ]
    }
    let due = record.dueInForce
    let shift = DateWords.shift(from: nominal, to: due.statutory, calendar).map { "; \($0)" } ?? ""
    return [
      RequestClocks.Line(
        name: .extended, day: due.statutory,
        why: "extended on \(extended.on) for \(extended.reason.rawValue), two further months\(shift)"),
      RequestClocks.Line(name: .extendedWorkTo, day: due.workTo, why: workTo(due.workTo, nominal)),
    ]
  }
}
