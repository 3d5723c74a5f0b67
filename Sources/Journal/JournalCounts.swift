/// How many requests and jobs are in each state, by the word of the state.
public struct JournalCounts: Sendable, Hashable {
  public var requests: [String: Int]
  public var jobs: [String: Int]

  public init(requests: [String: Int] = [:], jobs: [String: Int] = [:]) {
    self.requests = requests
    self.jobs = jobs
  }
}
