import ErasureDomain
import ErasurePlanning
import Foundation
import Testing

/// Datasets as a file of the register writes them.
enum RegisterText {
  /// What the strict reader makes of the lines under `datasets:`.
  static func datasets(_ lines: String) throws -> [DatasetRecord] {
    let folder = NSTemporaryDirectory() + "expunge-register-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/o", withIntermediateDirectories: true)
    let head = """
      register: 1
      system: shop
      name: Shop
      role: own
      owner: sales
      subjects: [customer]
      connector: sqlite
      copies: {none: {said-by: it, on: 2026-11-20}}
      datasets:

      """
    let text = head + lines.split(separator: "\n").map { "  " + $0 + "\n" }.joined()
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/o/shop.yaml"))
    let register = try SystemRegister.load(folder: folder, organisation: "o")
    return try #require(register.systems.first).datasets
  }
}
