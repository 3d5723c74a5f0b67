import BareCurl
import ErasureDomain
import Foundation

/// Compares signed notices with their evidence with a bare libcurl loop against the same server, and measures memory.
@main
struct WebhookBench {
  private static let usage = """
    use: webhook-bench rate SERVER-PORT SERVER-PID FOLDER JOBS PAIRS | fill|hold SERVER-PORT FOLDER JOBS
    """
  /// As long as a notice of the daemon, and with the fields of its request.
  private static let body = String(repeating: "x", count: 560)
  private static let headers = [
    "webhook-id: j-00000000000000000000000000000000", "webhook-timestamp: 1700000000",
    "webhook-signature: v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "accept: application/json, application/problem+json", "content-type: application/json",
    "idempotency-key: j-00000000000000000000000000000000",
  ]

  private struct Run {
    var seconds: Double
    var processor: Double
    var server: Double
  }

  static func main() async throws {
    let arguments = CommandLine.arguments
    switch arguments.dropFirst().first {
    case "rate" where arguments.count == 7:
      guard let process = Int32(arguments[3]), let jobs = Int(arguments[5]), let pairs = Int(arguments[6]), pairs > 0
      else { throw BenchProblem(usage) }
      try await rate("http://127.0.0.1:\(arguments[2])", process, arguments[4], jobs, pairs: pairs)
    case "fill" where arguments.count == 5:
      guard let jobs = Int(arguments[4]) else { throw BenchProblem(usage) }
      // The same address as later: a job goes only by the record that was approved.
      let daemon = try BenchDaemon(folder: arguments[3], server: "http://127.0.0.1:\(arguments[2])")
      try await daemon.open()
      try await daemon.approve(jobs: jobs)
      try await daemon.close()
    case "hold" where arguments.count == 5:
      guard let jobs = Int(arguments[4]) else { throw BenchProblem(usage) }
      try await hold("http://127.0.0.1:\(arguments[2])", arguments[3], jobs)
    default: throw BenchProblem(usage)
    }
  }

  private static func rate(
    _ server: String, _ process: Int32, _ folder: String, _ jobs: Int, pairs: Int
  ) async throws {
    var ours: [Run] = []
    var theirs: [Run] = []
    for pair in 0..<pairs {
      // In turn, so that what else the machine does weighs on both.
      for isOurs in pair.isMultiple(of: 2) ? [true, false] : [false, true] {
        if isOurs {
          ours.append(try await daemon(server, process, folder + "/\(pair)", jobs))
        } else {
          theirs.append(try await bare(server, process, jobs))
        }
      }
    }
    let ratios = zip(ours, theirs).map { $1.seconds / $0.seconds }
    func line(_ name: String, _ runs: [Run]) -> String {
      let rate = Double(jobs) / Figure.median(runs.map(\.seconds))
      let own = Figure.median(runs.map(\.processor)) / Double(jobs) * 1e6
      let others = Figure.median(runs.map(\.server)) / Double(jobs) * 1e6
      return "\(name): \(Figure.text(rate, 0)) requests/s, processor \(Figure.text(own, 0)) µs each, server "
        + "\(Figure.text(others, 0)) µs"
    }
    print(
      """
      \(jobs) notices at \(BenchDaemon.concurrent) at a time, four entries of evidence each, median of \(pairs):
      \(line("  expunged", ours))
      \(line("  bare libcurl multi", theirs))
        ratio \(Figure.text(Figure.median(ratios))) (\(ratios.map { Figure.text($0) }.joined(separator: " ")))
      """)
  }

  private static func measured(_ process: Int32, _ body: () async throws -> Double) async throws -> Run {
    let (own, server) = (Machine.processorSeconds(), try Machine.processorSeconds(of: process))
    let seconds = try await body()
    return Run(
      seconds: seconds, processor: Machine.processorSeconds() - own,
      server: try Machine.processorSeconds(of: process) - server)
  }

  private static func daemon(_ server: String, _ process: Int32, _ folder: String, _ jobs: Int) async throws -> Run {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let daemon = try BenchDaemon(folder: folder, server: server)
    try await daemon.open()
    try await daemon.approve(jobs: jobs)
    let run = try await measured(process) { Figure.seconds(try await daemon.settle(jobs)) }
    try await daemon.check(jobs: jobs)
    try await daemon.close()
    try FileManager.default.removeItem(atPath: folder)
    return run
  }

  private static func bare(_ server: String, _ process: Int32, _ jobs: Int) async throws -> Run {
    let lines = headers.map { strdup($0) }
    defer { for line in lines { free(line) } }
    return try await measured(process) {
      let start = ContinuousClock.now
      let pointers = lines.map { UnsafePointer<CChar>($0) }
      let body = Array(Self.body.utf8)
      let good = bare_curl_post(
        server + "/erasure", pointers, pointers.count, body, body.count, jobs, BenchDaemon.concurrent)
      guard good == jobs else { throw BenchProblem("\(good) of \(jobs) were answered 204") }
      return Figure.seconds(ContinuousClock.now - start)
    }
  }

  /// Works through some of the jobs of a folder in a process that has done nothing else, and says what memory that took.
  private static func hold(_ server: String, _ folder: String, _ jobs: Int) async throws {
    let daemon = try BenchDaemon(folder: folder, server: server)
    let waiting = try await daemon.journal.read { reader in try reader.counts() }.jobs["ready"] ?? 0
    _ = try await daemon.settle(jobs)
    print(
      "\(waiting) waiting jobs, \(jobs) of them done: resident \(Figure.text(try Machine.megabytes("VmRSS"), 1)) MB, at "
        + "most \(Figure.text(try Machine.megabytes("VmHWM"), 1)) MB")
    try await daemon.close()
  }
}
