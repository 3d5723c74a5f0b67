import EvidenceLog
import EvidencePublishing
import Foundation
import Logging

/// Where the log's keys are: credentials, or an agent of another user.
struct LogKeys {
  static let current = "logkey"
  /// The one that follows.
  static let next = "logkey-new"

  private let origin: String
  private let agent: String?
  private let credentials: Credentials

  init(_ configuration: Configuration, _ credentials: Credentials) {
    origin = configuration.origin
    agent = configuration.logKeyAgent
    self.credentials = credentials
  }

  /// Every key that could sign the log, whether the log knows it or not.
  func all() throws -> [any CheckpointSigner] {
    if let agent { return try AgentCheckpointSigner.keys(socket: agent, origin: origin) }
    return try [Self.current, Self.next].compactMap { name in
      guard credentials.secret(name) != nil else { return nil }
      return try Ed25519CheckpointSigner(name: origin, seed: try credentials.key(name))
    }
  }

  /// The signers of the keys that the log has in force; while one follows another, one of them will do.
  func signers(inForce vkeys: [String], logger: Logger) throws -> [any CheckpointSigner] {
    let all = try all()
    let found = vkeys.compactMap { vkey in all.first { $0.verifierKey.text == vkey } }
    guard !found.isEmpty else {
      throw StartProblem(
        all.isEmpty
          ? "there is no key of the log: the credential \"\(Self.current)\" is missing, or the agent has no Ed25519 key"
          : "the log \(origin) is signed by another key than the one that is here; the credential \"\(Self.current)\", or "
            + "the agent's key, must be the log's own: see its last key.rotated")
    }
    if found.count < vkeys.count {
      logger.warning(
        "one key follows another, and only one of them is here; if the old one is destroyed, give `expunged rotate-key end`"
      )
    }
    return found
  }
}
