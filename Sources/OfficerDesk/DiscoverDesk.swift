import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import Journal
import Logging
import OfficerAPI
import SubjectVault

// "Where is this person?": every column of every database, whatever the register says.
extension OfficerDesk {
  static let longestWait = 30
  /// How often the log is asked to take the look-up while other entries of the request come in between.
  static let mostAppends = 8

  func discover(_ call: Discover, _ caller: Caller) async throws -> Discovery {
    guard let person = caller.id else { throw Refusal(.forbidden, "an operator looks for nobody") }
    let record = try await find(call.request)
    try requireConfirmed(record)
    let minutes = call.minutes ?? Discover.usualMinutes
    guard (1...Discover.mostMinutes).contains(minutes) else {
      throw Refusal(.invalid, "a search takes 1 to \(Discover.mostMinutes) minutes")
    }
    let rate = call.rowsPerSecond ?? SweepOrder.usualRowsPerSecond
    guard (Discover.leastRowsPerSecond...Discover.mostRowsPerSecond).contains(rate) else {
      throw Refusal(
        .invalid, "a search reads \(Discover.leastRowsPerSecond) to \(Discover.mostRowsPerSecond) rows in a second")
    }
    let identifiers = try await vault.get([SubjectIdentifier].self, .identifiers, of: record.request) ?? []
    let now = clock.now()
    let search = Sweep(
      name: Hex.encode(random.bytes(16)), request: record.request, person: person, identifiers: identifiers,
      systems: systems.records.filter { sweeping($0.system) != nil },
      deadline: now.adding(seconds: Int64(minutes) * 60),
      rowsPerSecond: rate)
    guard !search.systems.isEmpty else {
      throw Refusal(.refused, "no system of the register is a database that can be searched so")
    }
    let view = Discovery(
      search: search.name, number: record.number, step: 0,
      progress: search.systems.map {
        Discovery.Progress(system: $0.system, columns: 0, columnsInAll: 0, done: false)
      })
    try discoveries.begin(view, owner: person, at: now) { await sweep(search) }
    return view
  }

  func discoverProgress(_ call: DiscoverProgress, _ caller: Caller) async throws -> Discovery {
    let seconds = Int64(min(max(0, call.waitSeconds), Self.longestWait))
    if seconds > 0 {
      let (discoveries, clock) = (discoveries, clock)
      let until = clock.now().adding(seconds: seconds)
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await discoveries.change(of: call.search, after: call.after) }
        // Cancelled when the other comes first.
        group.addTask { do { try await clock.wait(until: until) } catch { return } }
        await group.next()
        group.cancelAll()
      }
    }
    return try discoveries.view(call.search, for: caller.id, at: clock.now())
  }

  private func requireConfirmed(_ record: RequestRecord) throws {
    switch record.state {
    case .verified, .inErasure, .concluded: return
    case .received, .refused, .withdrawn, .withdrawnPartly, .closed, .ended:
      let hint =
        record.state == .received ? "; record how identity was established with `expunge request confirm`" : ""
      throw Refusal(.refused, "request \(record.number) is \(record.state.word): nobody is looked for\(hint)")
    }
  }

  private func sweeping(_ system: SystemName) -> (any Sweeping)? {
    do { return try systems.connector(system) as? any Sweeping } catch { return nil }
  }

  // MARK: The search

  private struct Sweep: Sendable {
    let name: String
    let request: RequestReference
    let person: PersonReference
    let identifiers: [SubjectIdentifier]
    let systems: [SystemRecord]
    let deadline: UTCTime
    let rowsPerSecond: Int
  }

  /// Sweeps one system after the other, and gives the result away only when the log says that it was looked for.
  private func sweep(_ search: Sweep) async {
    var lines: [DiscoveryResult.System] = []
    for (index, system) in search.systems.enumerated() {
      lines.append(await sweep(system, search, left: search.systems.count - index))
    }
    do {
      // In a task of its own: a search that was stopped is recorded too.
      let recording = Task { [lines] in try await record(lines, of: search) }
      try await recording.value
      let searched = Set(search.systems.map(\.system))
      let others = systems.records.map(\.system).filter { !searched.contains($0) }
      discoveries.end(search.name, .success(DiscoveryResult(systems: lines, notSearched: others)))
    } catch {
      logger.error("a look-up could not be recorded", metadata: ["request": "\(search.request)"])
      discoveries.end(search.name, .failure(Self.refusal(for: error)))
    }
  }

  private func sweep(_ system: SystemRecord, _ search: Sweep, left: Int) async -> DiscoveryResult.System {
    let name = system.system
    func line(_ findings: SweepFindings?, _ failure: String?) -> DiscoveryResult.System {
      let fragments = findings.map {
        RegisterFragment.all(for: system, $0, sufficing: settings.register.sufficing)
          .map { DiscoveryResult.Fragment(table: $0.table, text: $0.text) }
      }
      return DiscoveryResult.System(
        system: name, title: system.title, findings: findings, failure: failure, fragments: fragments ?? [])
    }
    let now = clock.now()
    guard now < search.deadline else { return line(nil, "the time was over before its turn came") }
    guard !Task.isCancelled else { return line(nil, "the search was stopped: nobody waited for it") }
    do {
      guard let connector = sweeping(name) else { throw ConnectorFailure.permanent(FailureCode("not-in-register")) }
      let roots = try await vault.get([RootRecord].self, .roots(name), of: search.request) ?? []
      let leftOut = try await vault.get([LeftOutRecord].self, .leftOut(name), of: search.request) ?? []
      // A slow system must not take the time of those after it.
      let share = max(1, search.deadline.seconds(since: now) / Int64(left))
      let order = SweepOrder(
        system: name, identifiers: search.identifiers, roots: roots + leftOut.map(\.root),
        deadline: now.adding(seconds: share), rowsPerSecond: search.rowsPerSecond)
      let (discoveries, clock) = (discoveries, clock)
      let findings = try await connector.sweep(order) { progress in
        discoveries.note(
          Discovery.Progress(
            system: name, columns: progress.columns, columnsInAll: progress.columnsInAll, done: false),
          in: search.name, at: clock.now())
      }
      discoveries.note(
        Discovery.Progress(
          system: name, columns: findings.columns, columnsInAll: findings.columnsInAll, done: true),
        in: search.name, at: clock.now())
      return line(findings, nil)
    } catch let failure as ConnectorFailure {
      return line(nil, Task.isCancelled ? "the search was stopped: nobody waited for it" : Self.words(for: failure))
    } catch {
      return line(nil, Self.refusal(for: error).message)
    }
  }

  /// `lookup.made`, also for a search that was cut off: somebody looked.
  private func record(_ lines: [DiscoveryResult.System], of search: Sweep) async throws {
    let found = lines.compactMap(\.findings)
    let unread = found.reduce(0) { $0 + $1.unread.count { !$0.isByNature } } + lines.count - found.count
    let facts = LookupMade(
      systems: found.count, purpose: "discover", columns: found.reduce(0) { $0 + $1.columns }, unread: unread,
      uncovered: found.reduce(0) { $0 + $1.uncoveredRows })
    var attempt = 1
    while true {
      let record = try await find(search.request.text)
      do {
        try await append(
          facts, about: EntrySubject(request: search.request), by: search.person, expecting: record.revision)
        // Closed or withdrawn meanwhile: nobody is entitled to the answer any more.
        return try requireConfirmed(record)
      } catch JournalFailure.conflict where attempt < Self.mostAppends {
        attempt += 1
      }
    }
  }
}
