import ErasureDomain
import EvidenceLog
import Foundation
import TestKit

/// `make FOLDER ENTRIES` writes a log as a daemon would have; `bare FOLDER` does what no verifier can leave out: the same
/// SHA-256 calls and signature checks, and nothing else.
@main
struct AuditBench {
  static func main() throws {
    let words = CommandLine.arguments
    switch words.dropFirst().first {
    case "make" where words.count == 4: try make(URL(filePath: words[2]), Int(words[3]) ?? 0)
    case "bare" where words.count == 3: try BareHashes(URL(filePath: words[2])).run()
    default: throw BenchProblem("use: audit-bench make FOLDER ENTRIES | bare FOLDER")
    }
  }

  /// Four in five requests are erased, one in eight is refused, the rest withdrawn; about six a day, so that a million
  /// entries are some ten years, and what a law keeps for seven falls due within them.
  private static func make(_ folder: URL, _ count: Int) throws {
    var log = try BenchLog(folder: folder, seed: 20_260_302)
    guard var now = UTCTime("2026-03-02T09:00:00Z") else { throw BenchProblem("no time") }
    let digests = try ["people", "signers", "register"].map { try log.artifact(Array($0.utf8)) }
    _ = try log.add(
      LogOpened(
        origin: BenchLog.origin, vkey: log.verifierKey, people: digests[0], signers: digests[1], register: digests[2],
        practice: false), at: now)
    for name in BenchErasure.systems {
      let release = SystemReleased(system: try BenchErasure.system(name), record: BenchErasure.record(of: name))
      _ = try log.add(release, by: log.approvers[0], at: now)
    }
    var calendar = Calendar()
    var number = 0
    var received = now
    var looked = now
    while log.count < count {
      // The next request comes before whatever waits later.
      while calendar.nextAt.map({ received < $0 }) ?? true {
        number += 1
        let course: BenchRequest.Course =
          log.random.chance(8) ? .refused : log.random.chance(12) ? .withdrawn : .erased
        calendar.put(
          BenchRequest(log.reference(), number: number, course: course, from: received, random: log.random))
        received = received.adding(seconds: Int64(log.random.number(in: 600...28_000)))
      }
      guard let (at, request) = calendar.takeFirst() else { break }
      now = at
      while looked < now {
        try daily(&log, &looked)
      }
      try request.goOn(&log)
      calendar.put(request)
    }
    try log.finish()
    print("\(log.count) entries, \(number) requests, \(log.signatureCount) signatures")
  }

  /// The daemon's own day: a restart, and once a week a look through the systems.
  private static func daily(_ log: inout BenchLog, _ day: inout UTCTime) throws {
    _ = try log.add(DaemonStopped(), at: day)
    _ = try log.add(DaemonStarted(version: "1.0.0", lost: 0, practice: false), at: day)
    if day.utcDay.daysSince1970 % 7 == 0 {
      for name in BenchErasure.systems {
        _ = try log.add(
          SystemScanned(system: try BenchErasure.system(name), records: 40_000, certain: 0, possible: 0), at: day)
      }
    }
    day = day.adding(seconds: 86_400)
  }
}
