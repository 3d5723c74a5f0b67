import Foundation
@preconcurrency import Glibc

/// A folder that only we can read, for one signature.
enum PrivateFolder {
  /// Runs the body with the path of a fresh folder of mode 0700, and removes the folder afterwards.
  static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
    let base = FileManager.default.temporaryDirectory.path
    var template = Array((base + "/expunge-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ConsoleFailure(.usage, "no private folder can be made in \(base); look at its space and permissions")
    }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      do { try FileManager.default.removeItem(atPath: path) } catch {
        Output.current.show("expunge: the folder \(path) could not be removed; remove it", on: .note)
      }
    }
    return try body(path)
  }
}
