import Foundation
import TestKit
import Testing

/// The nth call of one thread to a system call that writes: there strace kills the daemon.
struct WritePoint: Hashable, CustomStringConvertible {
  /// The calls by which SQLite and the published folder write.
  static let calls = ["pwrite64", "fdatasync", "fsync", "rename"]

  var call: String
  var number: Int

  var description: String { "\(call) \(number)" }

  /// The words for strace.
  var injecting: [String] {
    let inject = "inject=\(call):signal=KILL:when=\(number)"
    return ["-f", "-e", "trace=\(Self.calls.joined(separator: ","))", "-e", inject, "-o", "/dev/null"]
  }

  /// The words for a run that only writes down the calls.
  static func tracing(into file: String) -> [String] {
    ["-f", "-e", "trace=\(calls.joined(separator: ","))", "-o", file]
  }

  /// How often each call was made by the thread that made it most: strace's `when` counts in each thread.
  static func counts(in trace: String) throws -> [String: Int] {
    var counts: [String: [Substring: Int]] = [:]
    for line in try String(contentsOf: URL(fileURLWithPath: trace), encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2, let name = words[1].split(separator: "(").first.map({ $0.filter { $0 != " " } }),
        calls.contains(name)
      else { continue }
      counts[name, default: [:]][words[0], default: 0] += 1
    }
    return counts.mapValues { $0.values.max() ?? 0 }
  }

  /// `wanted` points for each call, spread evenly over the numbers after `first` up to `last`.
  static func spread(_ wanted: [(call: String, points: Int)], after first: [String: Int], to last: [String: Int])
    -> [WritePoint]
  {
    wanted.flatMap { call, points in
      let (low, high) = (first[call] ?? 0, last[call] ?? 0)
      guard high > low else { return [WritePoint]() }
      return Set((1...points).map { low + max(1, $0 * (high - low) / points) }).sorted()
        .map { WritePoint(call: call, number: $0) }
    }
  }

  /// Fails where strace is missing or may not trace.
  static func requireTracing(_ site: Installation) async throws {
    let strace = try Programs.tool("strace", package: "strace")
    let said = try await site.run(
      strace, ["-f", "-e", "trace=getpid", "-o", "/dev/null", try Programs.path("expunged"), "--version"])
    guard said.succeeded else {
      throw TestProblem("strace may not trace here; allow ptrace (in a container --cap-add=SYS_PTRACE): \(said)")
    }
  }
}

extension Installation {
  /// Whether the daemon was killed at the point; else it has done its work and was stopped.
  ///
  /// `work` asks for something, if anything, and says whether all is done; it is asked again until then. What it throws
  /// while the daemon dies is of no interest.
  func runUntilKilled(at point: WritePoint, _ work: () async throws -> Bool) async throws -> Bool {
    let process = try spawnDaemon(strace: point.injecting)
    try await until("killed at \(point), or done", everyMilliseconds: 60) {
      if process.ended != nil { return true }
      // A failed call only says that it does not listen yet, or dies.
      do { return try await work() } catch is TestProblem { return process.ended != nil }
    }
    if process.ended == nil { try await stopDaemon() }
    return process.ended == .killed(by: SIGKILL)
  }
}
