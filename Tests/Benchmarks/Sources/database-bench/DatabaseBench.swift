import Foundation

/// The two benchmarks of the PostgreSQL connector; database.sh makes server and databases.
@main
struct DatabaseBench {
  private static let usage = "use: database-bench many|ordinary SOCKET-FOLDER PORT ROWS|PEOPLE PAIRS"

  static func main() async {
    do { try await run() } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  private static func run() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 6, let size = Int(arguments[4]), let pairs = Int(arguments[5]), pairs > 0 else {
      throw BenchProblem(usage)
    }
    switch arguments[1] {
    case "many":
      let world = BenchWorld(host: arguments[2], port: arguments[3], database: "bench_\(size)")
      try await ManyRowsBench(world: world, rows: size).run(pairs: pairs)
    case "ordinary":
      let world = BenchWorld(host: arguments[2], port: arguments[3], database: "ordinary")
      try await OrdinaryBench(world: world, people: size).run(pairs: pairs)
    default: throw BenchProblem(usage)
    }
  }
}

struct BenchProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// What a column of figures comes down to.
enum Figure {
  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
  static func text(_ value: Double) -> String { String(format: "%.3f", value) }
  static func percent(_ value: Double) -> String { String(format: "%.0f %%", value * 100) }

  /// Seconds that a body takes.
  static func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    seconds(try await ContinuousClock().measure(body))
  }

  static func seconds(_ took: Duration) -> Double {
    Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
  }
}
