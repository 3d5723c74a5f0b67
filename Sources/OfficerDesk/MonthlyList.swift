public import ErasureDomain
public import Logging

/// On the first day of each month: are rows kept of which nobody knows yet how long?
public struct MonthlyList: Sendable {
  private let desk: OfficerDesk
  /// Tells somebody, by a code and a reference.
  private let notice: @Sendable (_ code: String, _ reference: String) async -> Void
  private let logger: Logger

  /// The list of what the desk's journal keeps, by the desk's clock.
  public init(
    desk: OfficerDesk, logger: Logger, notice: @escaping @Sendable (_ code: String, _ reference: String) async -> Void
  ) {
    self.desk = desk
    self.notice = notice
    self.logger = logger
  }

  /// Runs until its task is cancelled, which it throws as `CancellationError`.
  public func run() async throws {
    while true {
      try await desk.clock.wait(until: desk.clock.start(of: Self.next(after: desk.clock.today)))
      do {
        guard let kept = try await desk.keptWithoutEnd() else { continue }
        logger.notice(
          "rows are kept without a known end: expunge job kept --without-end",
          metadata: ["rows": "\(kept.rows)", "first-review": "\(kept.first)"])
        await notice("kept-without-end", "\(kept.rows)")
      } catch let error where !(error is CancellationError) {
        logger.error("rows that are kept could not be listed")
      }
    }
  }

  /// The first day of the next month.
  public static func next(after day: CivilDate) -> CivilDate {
    let isDecember = day.month == 12
    return CivilDate(year: day.year + (isDecember ? 1 : 0), month: isDecember ? 1 : day.month + 1, day: 1) ?? .last
  }
}
