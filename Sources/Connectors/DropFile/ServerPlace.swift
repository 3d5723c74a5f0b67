import ConnectorKit
import ErasureDomain
import SFTPTransport

/// A folder of a server, over one connection for one call of the connector.
struct ServerPlace: DropPlace {
  let session: SFTPSession

  func read(_ name: String, most: Int) async throws(ConnectorFailure) -> [UInt8]? {
    do {
      return try await session.read(name, most: most)
    } catch {
      throw Self.failure(of: error)
    }
  }

  func write(_ bytes: [UInt8], as name: String) async throws(ConnectorFailure) {
    do {
      try await session.write(bytes, as: name)
    } catch {
      throw Self.failure(of: error)
    }
  }

  func rename(_ name: String, to other: String) async throws(ConnectorFailure) {
    do {
      try await session.rename(name, to: other)
    } catch {
      throw error.mayHaveHappened ? .outcomeUnknown(FailureCode(Self.word(for: error))) : Self.failure(of: error)
    }
  }

  func remove(_ name: String) async throws(ConnectorFailure) {
    do {
      try await session.remove(name)
    } catch .commandRefused {
      // Not there, or not allowed: the protocol's answer is the same.
      guard try await read(name, most: DropConfirmation.mostBytes) == nil else {
        throw DropFileConnector.refused("file-not-removed")
      }
    } catch {
      throw Self.failure(of: error)
    }
  }

  /// What a failure means where nothing has appeared yet.
  private static func failure(of failure: SFTPFailure) -> ConnectorFailure {
    let word = word(for: failure)
    switch failure {
    case .refusedByPolicy, .badName: return .permanent(FailureCode(word))
    case .hostKeyDiffers, .keyRefused, .notFound, .accessDenied, .commandRefused, .tooLarge:
      return DropFileConnector.refused(word)
    case .couldNotConnect, .full, .timedOut, .connectionLost, .other:
      return .transient(FailureCode(word), retryAfterSeconds: nil)
    case .interrupted: return .interrupted
    }
  }

  private static func word(for failure: SFTPFailure) -> String {
    switch failure {
    case .refusedByPolicy: "address-not-public"
    case .couldNotConnect: "could-not-connect"
    case .hostKeyDiffers: "host-key-differs"
    case .keyRefused: "key-refused"
    case .notFound: "folder-missing"
    case .accessDenied: "access-denied"
    case .full: "server-full"
    case .tooLarge: "file-too-large"
    case .commandRefused: "rename-refused"
    case .timedOut: "timed-out"
    case .connectionLost: "connection-lost"
    case .interrupted: "interrupted"
    case .badName: "bad-name"
    case .other(let code): "curl-\(code)"
    }
  }
}
