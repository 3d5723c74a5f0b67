import ErasureDomain

/// Holds a sweep to its rate and its time.
struct SweepPace: Sendable {
  /// Rows of one batch, at most.
  static let largestBatch = 10_000

  private let clock: any CivilClock
  private let began: UTCTime
  private let deadline: UTCTime
  private let rowsPerSecond: Int
  private(set) var rows = 0

  init(clock: any CivilClock, deadline: UTCTime, rowsPerSecond: Int) {
    self.clock = clock
    self.deadline = deadline
    self.rowsPerSecond = max(1, rowsPerSecond)
    began = clock.now()
  }

  var isOver: Bool { clock.now() >= deadline }

  /// The rows to ask for next.
  var batch: Int { min(rowsPerSecond, Self.largestBatch) }

  mutating func read(_ count: Int) { rows += count }

  /// Waits until as many rows as were read may have been read; never beyond the deadline.
  func pause() async throws {
    let due = began.adding(seconds: Int64(rows / rowsPerSecond))
    if due > clock.now() { try await clock.wait(until: min(due, deadline)) }
  }
}
