import Foundation
import Testing

/// Texts that are compared with files which people have read.
///
/// `EXPUNGE_UPDATE_GOLDEN=1` writes the files anew; the difference is then read in review.
enum Golden {
  static func expect(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/\(name)")
    if ProcessInfo.processInfo.environment["EXPUNGE_UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    let wanted = try String(decoding: Data(contentsOf: file), as: UTF8.self)
    #expect(text == wanted, "differs from Golden/\(name)", sourceLocation: sourceLocation)
  }
}
