import ErasureDomain
import Synchronization

/// One-time links by which people hand in their public key; in memory alone, so that a restart voids them.
final class Invitations: Sendable {
  struct Invitation: Hashable, Sendable {
    let person: PersonReference
    let until: UTCTime
  }

  /// A link counts for so long.
  static let seconds: Int64 = 48 * 3_600

  private let open = Mutex<[String: Invitation]>([:])

  /// A new link for a person; an earlier one of his counts no more.
  func add(_ person: PersonReference, at now: UTCTime, using random: any RandomSource) -> (
    token: String, until: UTCTime
  ) {
    let token = Hex.encode(random.bytes(16))
    let until = now.adding(seconds: Self.seconds)
    open.withLock { open in
      open = open.filter { $0.value.person != person && now < $0.value.until }
      open[token] = Invitation(person: person, until: until)
    }
    return (token, until)
  }

  /// The invitation of a token, while it counts.
  func find(_ token: String, at now: UTCTime) -> Invitation? {
    open.withLock { $0[token] }.flatMap { now < $0.until ? $0 : nil }
  }

  /// The invitation of a token, which counts no more after this.
  func take(_ token: String, at now: UTCTime) -> Invitation? {
    open.withLock { $0.removeValue(forKey: token) }.flatMap { now < $0.until ? $0 : nil }
  }

  /// Puts one back that could not be made use of.
  func restore(_ token: String, _ invitation: Invitation) {
    open.withLock { $0[token] = invitation }
  }
}
