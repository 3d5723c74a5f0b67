public import ErasureDomain
import Journal
import Logging

// Alarms before the work-to date.
extension OfficerDesk {
  /// An alarm that was raised just now.
  public struct DeadlineAlarm: Hashable, Sendable {
    public let request: RequestReference
    public let workTo: CivilDate
    /// The lead, in working days, that it was raised for.
    public let lead: Int
  }

  /// Raises each alarm that is due and was not raised yet, also when its moment passed while nothing ran.
  ///
  /// The log remembers them, so each is raised once. Of several leads that have passed, the nearest alone is raised. A
  /// work-to date that moves has alarms of its own.
  public func raiseAlarms() async throws -> [DeadlineAlarm] {
    let today = clock.today
    guard let last = lastNearDay(on: today) else { return [] }
    var raised: [DeadlineAlarm] = []
    try await forEach(.open([]), in: CivilDate.first...last) { record in
      let workTo = record.dueInForce.workTo
      guard let lead = lead(before: workTo, on: today),
        record.alarms?.contains(where: { $0.workTo == workTo && $0.lead <= lead }) != true
      else { return }
      do {
        try await append(
          DeadlineNear(workTo: workTo, lead: lead), about: EntrySubject(request: record.request), by: nil,
          expecting: record.revision)
        raised.append(DeadlineAlarm(request: record.request, workTo: workTo, lead: lead))
      } catch JournalFailure.conflict {
        // Somebody is at work on it: the next round raises it.
      }
    }
    return raised
  }

  /// The last work-to date for which the day of an alarm has come; nil where there are no alarms.
  func lastNearDay(on today: CivilDate) -> CivilDate? {
    guard lead(before: today, on: today) != nil else { return nil }
    var last = today
    while lead(before: last.adding(days: 1), on: today) != nil { last = last.adding(days: 1) }
    return last
  }

  /// The nearest lead whose day has come.
  private func lead(before workTo: CivilDate, on today: CivilDate) -> Int? {
    do {
      return try settings.alarmLeads.sorted().first { lead in
        try settings.holidays.day(workingDays: lead, before: workTo) <= today
      }
    } catch {
      logger.error("the day of an alarm cannot be computed", metadata: ["problem": "\(error)"])
      return nil
    }
  }
}
