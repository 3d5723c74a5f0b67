import ErasureDomain
import Journal

// Rounds over everything that waits: a window at a time, so that none is left out and memory does not grow with them.
extension OfficerDesk {
  /// Records that are read at once.
  static let window = 256

  /// Every request of a list, in its order, as it stood when its window was read.
  func forEach(
    _ selection: RequestSelection, in days: ClosedRange<CivilDate>? = nil,
    _ body: (RequestRecord) async throws -> Void
  ) async throws {
    var from: RequestPosition?
    while true {
      let start = from
      let records = try await journal.read { reader in
        try reader.requests(selection, in: days, from: start, backwards: false, limit: Self.window)
      }
      for record in records { try await body(record) }
      guard records.count == Self.window, let last = records.last else { return }
      from = RequestPosition(workTo: last.workToWhileOpen ?? .last, number: last.number)
    }
  }

  /// Every job of a list, in its order.
  func forEach(_ selection: JobSelection, _ body: (JobRecord) async throws -> Void) async throws {
    var from: JobPosition?
    while true {
      let start = from
      let records = try await journal.read { reader in
        try reader.jobs(selection, from: start, backwards: false, limit: Self.window)
      }
      for record in records { try await body(record) }
      guard records.count == Self.window, let last = records.last else { return }
      from = JobPosition(of: last, in: selection)
    }
  }
}
