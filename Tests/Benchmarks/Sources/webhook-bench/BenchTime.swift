import ErasureDomain
import Foundation
import Glibc

/// The machine's clock, with the days of UTC.
struct BenchClock: CivilClock {
  func now() -> UTCTime { UTCTime(secondsSince1970: Int64(Glibc.time(nil))) }
  func day(of instant: UTCTime) -> CivilDate { instant.utcDay }
  func start(of day: CivilDate) -> UTCTime { day.utcMidnight }

  func wait(until instant: UTCTime) async throws {
    while now() < instant { try await Task.sleep(for: .seconds(max(1, instant.seconds(since: now())))) }
  }
}

/// The machine's randomness.
struct BenchRandom: RandomSource {
  func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }
}

struct BenchProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// What the machine says about this process and another one.
enum Machine {
  /// Processor seconds of this process, its threads included.
  static func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// Processor seconds of another process, from `/proc/<pid>/stat`.
  static func processorSeconds(of process: Int32) throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
      throw BenchProblem("/proc/\(process)/stat is not as expected")
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// A line of `/proc/self/status` in megabytes, such as `VmRSS` and `VmHWM`.
  static func megabytes(_ name: String) throws -> Double {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    guard let number = line?.split(separator: " ").dropFirst().first.flatMap({ Double($0) }) else {
      throw BenchProblem("/proc/self/status has no \(name)")
    }
    return number / 1_024
  }
}

/// What a column of figures comes down to.
enum Figure {
  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
  static func text(_ value: Double, _ digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }

  static func seconds(_ took: Duration) -> Double {
    Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
  }
}
