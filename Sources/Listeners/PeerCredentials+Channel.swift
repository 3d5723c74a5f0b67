import CPeerCredentials
import Glibc
import NIOCore
import OfficerAPI

/// The kernel does not know who is at the other end.
struct UnknownPeer: Error {}

extension PeerCredentials {
  /// The most groups a Linux process can have (`NGROUPS_MAX`).
  private static let mostGroups = 65_536

  /// Who was at the other end of the connection when it was made (`SO_PEERCRED`, `SO_PEERGROUPS`; socket(7)).
  static func of(_ channel: any Channel) async throws -> PeerCredentials {
    try await channel.eventLoop.submit {
      let seen = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
        try PeerCredentials(socket: $0)
      }
      guard let seen else { throw UnknownPeer() }
      return seen
    }.get()
  }

  init(socket: Int32) throws(UnknownPeer) {
    var who = peer_credentials()
    guard peer_credentials_get(socket, &who) == 0 else { throw UnknownPeer() }
    var groups = [gid_t](repeating: 0, count: 64)
    var count = 0
    var reason = peer_credentials_groups(socket, &groups, groups.count, &count)
    if reason == ERANGE, count <= Self.mostGroups {
      groups = [gid_t](repeating: 0, count: count)
      reason = peer_credentials_groups(socket, &groups, groups.count, &count)
    }
    // Without the groups an operator could be taken for nobody, never for more than he is; still it is said.
    guard reason == 0, count <= groups.count else { throw UnknownPeer() }
    self.init(processID: who.pid, userID: who.uid, groupID: who.gid, groups: Array(groups.prefix(count)))
  }
}
