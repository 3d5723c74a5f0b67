import Foundation

/// Where the programs under test and the tools of the machine are.
enum Programs {
  /// The folder of this test's own executable: SwiftPM puts the programs beside it.
  static let folder: String = {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    return FileManager.default.isExecutableFile(atPath: own + "/expunged") ? own : root + "/.build/debug"
  }()

  /// The folder of the package.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The second verifier, which a Python runs.
  static let secondVerifier = root + "/Sources/EvidenceLog/verify.py"

  static func path(_ program: String) throws -> String {
    let path = folder + "/" + program
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw TestProblem("\(path) is missing: build first (swift build --build-tests)")
    }
    return path
  }

  /// A tool of the machine; when it is missing, the error says what to install.
  static func tool(_ name: String, package: String) throws -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let places = path.split(separator: ":") + ["/usr/bin", "/bin", "/usr/sbin"]
    for place in places where FileManager.default.isExecutableFile(atPath: "\(place)/\(name)") {
      return "\(place)/\(name)"
    }
    throw TestProblem("\(name) is missing: apt-get install \(package)")
  }
}

/// The surroundings of a test are not as it needs them; the text says what to do.
struct TestProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Asks again every few milliseconds until it is so; an outside process tells us nothing by itself.
nonisolated(nonsending) func until(
  _ what: @autoclosure () -> String, seconds: Double = 60, everyMilliseconds pause: Int = 20,
  _ isSo: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while try await !isSo() {
    guard ContinuousClock.now < deadline else { throw TestProblem("not within \(seconds) s: \(what())") }
    try await Task.sleep(for: .milliseconds(pause))
  }
}

/// Lets an outside process work for so long: the moment of a kill is drawn, not a wait for something.
nonisolated(nonsending) func pass(milliseconds: Int) async throws {
  try await Task.sleep(for: .milliseconds(milliseconds))
}
