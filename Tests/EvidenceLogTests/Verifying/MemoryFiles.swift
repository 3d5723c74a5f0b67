import ErasureDomain
import EvidenceLog

/// A folder in memory.
struct MemoryFiles: EvidenceFiles {
  var files: [String: [UInt8]] = [:]

  func read(_ path: String) throws -> [UInt8]? { files[path] }
  func list() throws -> [String] { Array(files.keys) }

  /// The same with one byte of one file changed.
  func flipping(_ path: String, _ byte: Int, mask: UInt8 = 0x01) -> MemoryFiles {
    var changed = self
    changed.files[path]?[byte] ^= mask
    return changed
  }

  func without(_ path: String) -> MemoryFiles {
    var changed = self
    changed.files[path] = nil
    return changed
  }
}
