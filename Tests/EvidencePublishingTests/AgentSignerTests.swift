import EvidenceLog
import EvidencePublishing
import Foundation
import TestKit
import Testing

/// The log's key in a real `ssh-agent`.
@Suite struct AgentSignerTests {
  private struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// An agent with keys of these kinds; ended with this value.
  private final class Agent {
    let folder: TemporaryFolder
    let process: ChildProcess
    var socket: String { folder.path("agent.sock") }

    init(kinds: [String]) throws {
      folder = try TemporaryFolder()
      let socket = folder.path("agent.sock")
      process = try ChildProcess(["/usr/bin/ssh-agent", "-D", "-a", socket])
      while !FileManager.default.fileExists(atPath: socket) {
        guard process.ending == nil else {
          throw Missing(description: "ssh-agent does not start; install openssh-client")
        }
        usleep(5_000)
      }
      for (number, kind) in kinds.enumerated() {
        let file = folder.path("key-\(number)")
        try ChildProcess.run(["/usr/bin/ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "log", "-f", file])
        try ChildProcess.run(["/usr/bin/ssh-add", "-q", file], environment: ["SSH_AUTH_SOCK": socket])
      }
    }

    func forget(_ number: Int) throws {
      try ChildProcess.run(
        ["/usr/bin/ssh-add", "-q", "-d", folder.path("key-\(number).pub")], environment: ["SSH_AUTH_SOCK": socket])
    }

    deinit {
      process.signal(SIGKILL)
      process.wait()
    }
  }

  @Test func `signs a checkpoint that verifies by the agent's own public key, and publishes with it`() async throws {
    let agent = try Agent(kinds: ["ecdsa", "ed25519"])
    let keys = try AgentCheckpointSigner.keys(socket: agent.socket, origin: "erasure.example/evidence")
    #expect(keys.count == 1)
    let signer = try #require(keys.first)
    let text = Array("erasure.example/evidence\n0\n\(MerkleTree.emptyRoot.base64)\n".utf8)
    let note = try SignedNote.signing(text, by: [signer])
    #expect(try note.verified(by: [signer.verifierKey]).count == 1)
    let published = String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: agent.folder.path("key-1.pub"))), as: UTF8.self)
    let blob = Data(base64Encoded: String(published.split(separator: " ")[1])) ?? Data()
    #expect(Array(blob.suffix(32)) == signer.verifierKey.publicKey)
    // The same text signed again gives the same bytes.
    #expect(try SignedNote.signing(text, by: [signer]) == note)
  }

  @Test func `a key that was taken out, and an agent that is gone, are named and sign nothing`() throws {
    let agent = try Agent(kinds: ["ed25519"])
    let signer = try #require(try AgentCheckpointSigner.keys(socket: agent.socket, origin: "log.example").first)
    try agent.forget(0)
    #expect(throws: AgentFailure.refused) { try signer.sign(noteText: [1]) }
    #expect(try AgentCheckpointSigner.keys(socket: agent.socket, origin: "log.example").isEmpty)
    #expect(throws: AgentFailure.unreachable(path: "/nonexistent/agent", code: ENOENT)) {
      try AgentCheckpointSigner.keys(socket: "/nonexistent/agent", origin: "log.example")
    }
  }
}
