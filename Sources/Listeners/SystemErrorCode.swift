import Glibc
import NIOCore

/// An `errno` in words for messages.
struct SystemErrorCode {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  /// The code inside an error of the network library, if it has one.
  init?(of error: any Error) {
    guard let error = error as? IOError else { return nil }
    number = error.errnoCode
  }

  var words: String { String(cString: strerror(number)) }
}
