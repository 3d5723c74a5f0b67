import CCurl
import Glibc

/// A private key as a file that has no name in any folder: libssh2 reads keys from paths only, and this one is in memory.
final class KeyFile {
  private let descriptor: Int32

  /// Nil when there is no memory for it.
  init?(_ key: [UInt8]) {
    descriptor = ccurl_memory_file()
    guard descriptor >= 0 else { return nil }
    var written = 0
    while written < key.count {
      let count = key.withUnsafeBytes { bytes in
        write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        close(descriptor)
        return nil
      }
      written += count
    }
  }

  deinit { close(descriptor) }

  /// A path by which this process alone finds it.
  var path: String { "/proc/self/fd/\(descriptor)" }
}
