/// How many requests and jobs are in each state, by the word of the state.
public struct JournalCounts: Sendable, Hashable {
  /// Requests by state.
  public var requests: [String: Int]
  /// Jobs by state; settled ones by the word of their outcome.
  public var jobs: [String: Int]

  /// Counts; a state without any is absent.
  public init(requests: [String: Int] = [:], jobs: [String: Int] = [:]) {
    self.requests = requests
    self.jobs = jobs
  }
}
