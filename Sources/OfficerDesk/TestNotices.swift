import ConnectorKit
import ErasureDomain

/// Notices by which other companies try out our endpoint. They are about nobody: no request is made of them, and they are
/// kept in memory for an hour.
actor TestNotices {
  /// The most that are kept; the oldest goes first.
  static let mostKept = 100
  static let keptSeconds: Int64 = 3_600

  private struct Kept {
    var sender: String
    var notice: RequestedNotice
    var at: UTCTime
  }

  private var notices: [Kept] = []

  /// False when another notice had its id before.
  func take(_ notice: RequestedNotice, from sender: String, at now: UTCTime) -> Bool {
    notices.removeAll { now.seconds(since: $0.at) > Self.keptSeconds }
    if let known = notices.first(where: { $0.notice.job == notice.job }) {
      return known.sender == sender && known.notice.digest == notice.digest
    }
    if notices.count >= Self.mostKept { notices.removeFirst() }
    notices.append(Kept(sender: sender, notice: notice, at: now))
    return true
  }

  /// The notice with that id, and when it came first.
  func notice(_ job: JobReference, from sender: String) -> (notice: RequestedNotice, at: UTCTime)? {
    notices.first { $0.notice.job == job && $0.sender == sender }.map { ($0.notice, $0.at) }
  }
}
