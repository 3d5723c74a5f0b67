import Foundation

/// The third-party test data: `EXPUNGE_SAMPLES`, else `../shared/data` beside the package.
enum Samples {
  /// The folder, or nothing after a line that says how many tests were not run.
  static func folder(_ name: String, tests: Int = 1) -> URL? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let given = ProcessInfo.processInfo.environment["EXPUNGE_SAMPLES"].map { URL(filePath: $0) }
    let samples = given ?? root.deletingLastPathComponent().appending(path: "shared/data")
    let folder = samples.appending(path: name)
    guard FileManager.default.fileExists(atPath: folder.path) else {
      print("samples not given: \(tests) tests not run")
      return nil
    }
    return folder
  }

  static func bytes(_ folder: URL, _ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }

  /// The text of a file without its last newline.
  static func line(_ folder: URL, _ name: String) throws -> String {
    let text = String(decoding: try bytes(folder, name), as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}

/// A repeatable source for property tests; `EXPUNGE_SEED` repeats a run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(test: String) {
    let given = ProcessInfo.processInfo.environment["EXPUNGE_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("\(test): EXPUNGE_SEED=\(seed)")
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
