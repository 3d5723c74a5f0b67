import CCurl

/// Why a file was not read, written, renamed or removed. Holds nothing that the server said.
public enum SFTPFailure: Error, Hashable, Sendable {
  /// Every address behind the name is private, loopback or otherwise not public.
  case refusedByPolicy
  /// The name does not resolve, or nobody listens.
  case couldNotConnect
  /// The server's host key is not the registered one: another server, or one with a new key.
  case hostKeyDiffers
  /// The server does not take our key, or the key cannot be read (RSA, or one with a passphrase).
  case keyRefused
  /// The file, or the folder it should be in, is not there.
  case notFound
  /// The server does not let us.
  case accessDenied
  /// No room is left.
  case full
  /// The file is larger than was asked for.
  case tooLarge
  /// A command was refused: the file is not there, another one has the name, or it is not allowed.
  case commandRefused
  case timedOut
  /// The connection broke, or the two sides agree on no way to speak.
  case connectionLost
  /// The task was cancelled.
  case interrupted
  /// Not a name of a file.
  case badName
  /// Any other code of libcurl (`CURLcode`).
  case other(code: Int)

  /// Whether a command may have been carried out although no answer came.
  public var mayHaveHappened: Bool {
    switch self {
    case .timedOut, .connectionLost, .interrupted, .other: true
    case .refusedByPolicy, .couldNotConnect, .hostKeyDiffers, .keyRefused, .notFound, .accessDenied, .full, .tooLarge,
      .commandRefused, .badName:
      false
    }
  }

  init(curl code: CURLcode, refused: Bool, overflowed: Bool) {
    switch code {
    case _ where overflowed: self = .tooLarge
    case CURLE_FILESIZE_EXCEEDED: self = .tooLarge
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: self = refused ? .refusedByPolicy : .couldNotConnect
    case CURLE_PEER_FAILED_VERIFICATION: self = .hostKeyDiffers
    case CURLE_LOGIN_DENIED: self = .keyRefused
    case CURLE_REMOTE_FILE_NOT_FOUND: self = .notFound
    case CURLE_REMOTE_ACCESS_DENIED, CURLE_UPLOAD_FAILED: self = .accessDenied
    case CURLE_REMOTE_DISK_FULL: self = .full
    case CURLE_QUOTE_ERROR: self = .commandRefused
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut
    case CURLE_ABORTED_BY_CALLBACK: self = .interrupted
    // What libssh2 answers when the handshake or a later packet does not come.
    case CURLE_FAILED_INIT, CURLE_SSH, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE:
      self = .connectionLost
    default: self = .other(code: Int(code.rawValue))
    }
  }
}
