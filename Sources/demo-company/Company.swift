/// The companies of the demo. Each takes notices under `/<name>/erasure`.
enum Company: String, CaseIterable, Sendable {
  /// A company of the group: busy twice, then accepts, and is done when it is asked the second time.
  case sister
  /// Sends our catalogues: busy once, then accepts, and says only at the third question that it is done.
  case mailing
  /// Corrects addresses on instruction: accepts, and never says that it has erased. It has not.
  case cleansing
  /// The broker customers came through: slow the first time, then takes note at once.
  case intermediary

  /// What this program calls the company's secret; the register of the demo names the same credential.
  var secretName: String { rawValue + "-webhook" }

  /// The duty of law a notice to it must name.
  var duty: String {
    switch self {
    case .sister: "notify"
    case .mailing, .cleansing: "instruct"
    case .intermediary: "stop-sending"
    }
  }

  /// How many deliveries of a notice it answers with 503 before it accepts.
  var busyDeliveries: Int {
    switch self {
    case .sister: 2
    case .mailing: 1
    case .cleansing, .intermediary: 0
    }
  }

  /// Whether an accepted notice has a status resource.
  var hasStatusResource: Bool { self != .intermediary }

  /// The question at which it says that it is done; nil: never.
  var donePoll: Int? {
    switch self {
    case .sister: 2
    case .mailing: 3
    case .cleansing, .intermediary: nil
    }
  }
}

/// How long the companies take.
enum Pace: String, CaseIterable, Sendable {
  case normal
  /// Nobody waits: for tests.
  case quick

  /// Seconds of `Retry-After` of the busy and the unfinished.
  var retryAfterSeconds: Int { self == .normal ? 1 : 0 }

  /// Seconds the intermediary takes for its first answer.
  var lateSeconds: Int { self == .normal ? 2 : 0 }
}
