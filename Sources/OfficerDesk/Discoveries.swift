import ErasureDomain
import OfficerAPI
import Synchronization

/// Searches over every column that are under way, or done and not yet fetched. In memory only.
public final class Discoveries: Sendable {
  /// Searches at the same time.
  static let mostAtOnce = 2
  /// Seconds after which nobody waits for a search any more: it is stopped, and a result is forgotten.
  static let patienceSeconds: Int64 = 120

  private struct Search {
    let owner: PersonReference
    var view: Discovery
    var outcome: Result<DiscoveryResult, Refusal>?
    var asked: UTCTime
    var task: Task<Void, Never>?
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private struct State {
    var searches: [String: Search] = [:]
    var nextWaiter: UInt64 = 0
  }

  private let state = Mutex(State())

  public init() {}

  // MARK: From the caller's side

  /// Makes room for a search; `run` gives it its task.
  func begin(
    _ view: Discovery, owner: PersonReference, at now: UTCTime, _ run: @escaping @Sendable () async -> Void
  ) throws(Refusal) {
    let isFull = state.withLock { state in
      state.searches = state.searches.filter { $0.value.outcome == nil || !Self.isForgotten($0.value, now) }
      let open = state.searches.values.filter { $0.outcome == nil }
      guard open.count < Self.mostAtOnce, !open.contains(where: { $0.view.number == view.number }) else { return true }
      state.searches[view.search] = Search(owner: owner, view: view, asked: now)
      return false
    }
    guard !isFull else {
      throw Refusal(
        .refused, "this request is being looked for already, or \(Self.mostAtOnce) others are; wait for the end of one")
    }
    let task = Task { await run() }
    state.withLock { $0.searches[view.search]?.task = task }
  }

  private static func isForgotten(_ search: Search, _ now: UTCTime) -> Bool {
    now.seconds(since: search.asked) > patienceSeconds
  }

  /// How far it is. A result is given once.
  func view(_ search: String, for owner: PersonReference?, at now: UTCTime) throws(Refusal) -> Discovery {
    let found = state.withLock { state -> Result<Discovery, Refusal>? in
      guard var search = state.searches[search], search.owner == owner else { return nil }
      search.asked = now
      state.searches[search.view.search] = search
      guard let outcome = search.outcome else { return .success(search.view) }
      state.searches[search.view.search] = nil
      return outcome.map { result in
        var view = search.view
        view.result = result
        return view
      }
    }
    guard let found else {
      throw Refusal(.notFound, "you have no such search under way; begin again with `expunge discover`")
    }
    return try found.get()
  }

  /// Returns when a search has gone beyond a step or is no more, or when the task is cancelled.
  func change(of search: String, after step: Int) async {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          guard let known = state.searches[search], known.view.step <= step, !Task.isCancelled else { return true }
          state.searches[search]?.waiters[waiter] = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.searches[search]?.waiters.removeValue(forKey: waiter) }?.resume()
    }
  }

  // MARK: From the search's side

  /// Notes how far it is; a search nobody asks for any more is stopped.
  func note(_ progress: Discovery.Progress, in search: String, at now: UTCTime) {
    change(search) { search in
      guard let place = search.view.progress.firstIndex(where: { $0.system == progress.system }) else { return }
      search.view.progress[place] = progress
      if Self.isForgotten(search, now) { search.task?.cancel() }
    }
  }

  func end(_ search: String, _ outcome: Result<DiscoveryResult, Refusal>) {
    change(search) { $0.outcome = outcome }
  }

  private func change(_ name: String, _ body: (inout Search) -> Void) {
    let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      guard var search = state.searches[name] else { return [] }
      body(&search)
      search.view.step += 1
      let waiters = Array(search.waiters.values)
      search.waiters = [:]
      state.searches[name] = search
      return waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
