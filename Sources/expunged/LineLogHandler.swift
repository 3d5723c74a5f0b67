import Foundation
import Logging

/// Structured lines to standard error by write(2): `level=info event="…" key="value"`. A killed process loses none.
struct LineLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info
  private let label: String

  init(label: String) { self.label = label }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "level=\(event.level) from=\(label) event=\(Self.quoted("\(event.message)"))"
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(Self.quoted("\(value)"))" }
    let bytes = Array((line + "\n").utf8)
    // A log that cannot be written must not stop the daemon.
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  }

  private static func quoted(_ text: String) -> String {
    let clean = text.map { $0 == "\"" || $0 == "\\" ? "'" : ($0.isNewline ? " " : $0) }
    return "\"\(String(clean))\""
  }
}
