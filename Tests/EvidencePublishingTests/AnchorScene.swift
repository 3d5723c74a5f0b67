import ErasureDomain
import EvidenceLog
import EvidencePublishing
import HTTPTransport
import Journal
import Synchronization
import TestKit

/// A published log with witnesses and an authority.
final class AnchorScene: Sendable {
  let scene: PublishingScene
  let loop = HTTPLoop(reach: .privateToo)
  private let troubles = Mutex<[CheckpointAnchors.Trouble]>([])

  init(_ journal: (any Journal)? = nil, seed: UInt64 = 7, folder: TemporaryFolder? = nil) throws {
    scene = try PublishingScene(journal, seed: seed, folder: folder)
  }

  deinit { loop.shutDown() }

  var heard: [CheckpointAnchors.Trouble] { troubles.withLock { $0 } }

  func witness(_ witness: TestWitness, name: String = "sister") -> WitnessClient {
    WitnessClient(name: name, key: witness.key, prefix: witness.url, loop: loop)
  }

  func authority(_ url: String, _ authorities: [UInt8] = [], revocations: [String] = []) -> TimeStampAuthority {
    TimeStampAuthority(
      url: url, authorities: authorities, revocations: revocations, loop: loop, random: scene.fixture.random)
  }

  func publisher(
    witnesses: [WitnessClient] = [], authority: TimeStampAuthority? = nil, secondPlace: String? = nil
  ) -> (publisher: CheckpointPublisher, anchors: CheckpointAnchors) {
    let anchors = CheckpointAnchors(witnesses: witnesses, authority: authority) { [weak self] trouble in
      self?.troubles.withLock { $0.append(trouble) }
    }
    let publisher = CheckpointPublisher(
      journal: scene.journal, signers: [scene.signer], folder: scene.folder.path("log"), secondPlace: secondPlace,
      origin: JournalFixture.origin, anchors: anchors)
    return (publisher, anchors)
  }

  /// The published checkpoint, and whose lines are on it.
  func published() throws -> (note: SignedNote, names: [String]) {
    let files = try scene.published()
    let note = try SignedNote(parsing: files["checkpoint"] ?? [])
    return (note, note.signatures.map(\.keyName))
  }
}
