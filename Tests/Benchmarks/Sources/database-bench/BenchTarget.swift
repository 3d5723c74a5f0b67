/// What a ratio must reach. One that is missed is a `BenchProblem`, so that the benchmark ends with a status other than 0.
enum BenchTarget {
  /// The most times that the erasure of one person with so many rows may take as long as the DELETEs in `psql`.
  static let manyRows = [10_000: 1.25, 1_000_000: 1.10]
  /// The least part of the bare loop's rate at which ordinary people are erased.
  static let ordinary = 0.7

  /// The ratio with its target, as it is printed.
  static func words(_ ratio: Double, atMost most: Double) -> String { "\(Figure.text(ratio)) (at most \(most))" }
  static func words(_ ratio: Double, atLeast least: Double) -> String { "\(Figure.text(ratio)) (at least \(least))" }

  static func check(_ name: String, _ ratio: Double, atMost most: Double) throws {
    // Negated, so that a ratio that is no number misses too.
    guard ratio <= most else { throw BenchProblem("missed: \(name): ratio \(words(ratio, atMost: most))") }
  }

  static func check(_ name: String, _ ratio: Double, atLeast least: Double) throws {
    guard ratio >= least else { throw BenchProblem("missed: \(name): ratio \(words(ratio, atLeast: least))") }
  }
}
