import CPeerCredentials
import Glibc
import Testing

struct PeerCredentialsTests {
  @Test func `the peer of a Unix socket is this process, with its user and groups`() throws {
    var sockets: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &sockets) == 0)
    defer { sockets.forEach { close($0) } }
    var peer = peer_credentials()
    #expect(peer_credentials_get(sockets[0], &peer) == 0)
    #expect(peer.pid == getpid() && peer.uid == geteuid() && peer.gid == getegid())

    var own = [gid_t](repeating: 0, count: 65_536)
    own = Array(own.prefix(Int(getgroups(Int32(own.count), &own))))
    var groups = [gid_t](repeating: 0, count: own.count)
    var count = 0
    #expect(peer_credentials_groups(sockets[0], &groups, groups.count, &count) == 0)
    #expect(count == own.count && Set(groups) == Set(own))
    if !own.isEmpty {
      #expect(peer_credentials_groups(sockets[0], nil, 0, &count) == ERANGE)
      #expect(count == own.count)
    }
  }

  @Test func `a descriptor that has no peer is an error and never somebody`() throws {
    var pipes: [Int32] = [-1, -1]
    try #require(pipe(&pipes) == 0)
    defer { pipes.forEach { close($0) } }
    let unconnected = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let internet = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer {
      close(unconnected)
      close(internet)
    }
    var peer = peer_credentials(pid: 7, uid: 7, gid: 7)
    var count = 9
    #expect(peer_credentials_get(pipes[0], &peer) == ENOTSOCK)
    #expect(peer_credentials_get(-1, &peer) == EBADF)
    #expect(peer_credentials_get(unconnected, &peer) == ENOTCONN)
    #expect(peer_credentials_get(internet, &peer) != 0)
    #expect(peer.pid == 7 && peer.uid == 7)
    #expect(peer_credentials_groups(pipes[0], nil, 0, &count) == ENOTSOCK && count == 0)
  }
}
