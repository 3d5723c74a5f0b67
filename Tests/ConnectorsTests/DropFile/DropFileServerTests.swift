import ConnectorKit
import ErasureDomain
import Foundation
import Glibc
import TestKit
import Testing

@testable import Connectors

@Suite(.serialized) struct DropFileServerTests {
  private static let file = DropFileWorld.job + ".csv"

  @Test(arguments: ["client", "ecdsa"])
  func `a file goes to the server and its confirmation comes back`(key: String) async throws {
    let server = try SSHServer()
    let (world, here) = (try DropFileWorld(server, key: key), try DropFileWorld())
    let recorder = NoticeRecorder()
    #expect(try await world.erase(CompanyOrders.order(), recorder) == "handed-over 3600")
    _ = try await here.erase(CompanyOrders.order(), NoticeRecorder())
    #expect(try world.files() == here.files(), "the same bytes as in a folder")
    let mode = try #require(try DropFileWorld.mode(of: world.folder + "/" + Self.file))
    #expect(mode & 0o007 == 0)
    // libcurl leaves one that waited for two minutes, as it may on a busy machine.
    #expect(server.accepted <= 2, "one connection for all steps of an attempt")
    let order = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await world.collect(order, recorder) == "pending")
    try world.put(DropFileWorld.confirmation())
    #expect(try await world.collect(order, recorder) == "completed 3 recipient-unsigned")
    #expect(try world.files().isEmpty)
    #expect(
      try await world.collect(CompanyOrders.order(remembered: recorder.remembered), recorder)
        == "completed 3 recipient-unsigned")
  }

  @Test func `a crash between upload and answer ends in one file, and a taken one is not sent again`() async throws {
    let server = try SSHServer()
    let world = try DropFileWorld(server)
    let recorder = NoticeRecorder()
    let losing = LosingRecorder(inner: recorder, loses: "delivered")
    #expect(try await world.erase(CompanyOrders.order(), losing) == "interrupted")
    let before = try world.files()
    #expect(before.keys.sorted() == [Self.file])
    let again = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await world.erase(again, losing) == "interrupted")
    #expect(try world.files() == before)
    try world.take()
    #expect(try await world.erase(again, recorder) == "handed-over 3600")
    #expect(try world.files().isEmpty)
  }

  @Test func `an upload that was cut off is done again`() async throws {
    let server = try SSHServer()
    let world = try DropFileWorld(server)
    let recorder = NoticeRecorder()
    #expect(
      try await world.erase(CompanyOrders.order(), LosingRecorder(inner: recorder, loses: "written")) == "interrupted")
    #expect(try world.files().keys.sorted() == [Self.file + ".part"])
    try world.put(
      "half of something longer than the file ever is, so that a mere overwriting would leave an end"
        + String(repeating: "x", count: 500), as: Self.file + ".part")
    #expect(
      try await world.erase(CompanyOrders.order(remembered: recorder.remembered), recorder) == "handed-over 3600")
    let here = try DropFileWorld()
    _ = try await here.erase(CompanyOrders.order(), NoticeRecorder())
    #expect(try world.files() == here.files())
  }

  @Test func `another server than the registered one gets nothing, nor one that does not take our key`() async throws {
    let server = try SSHServer()
    let other = try DropFileWorld(server, hostKey: "stranger")
    #expect(
      try await other.erase(CompanyOrders.order(), NoticeRecorder()) == "officer refused-by-recipient host-key-differs")
    let stranger = try DropFileWorld(server, key: "stranger")
    #expect(
      try await stranger.erase(CompanyOrders.order(), NoticeRecorder()) == "officer refused-by-recipient key-refused")
    #expect(try stranger.files().isEmpty)
  }

  @Test func `a private address is not dialled unless the register says so`() async throws {
    let server = try SSHServer()
    let world = try DropFileWorld(server, isInternal: false)
    #expect(try await world.erase(CompanyOrders.order(), NoticeRecorder()) == "permanent address-not-public")
    #expect(server.accepted == 0)
  }

  @Test func `a server that is down is asked again, a folder that is not there is a question`() async throws {
    let server = try SSHServer()
    let lost = try DropFileWorld(server, folder: server.folder + "/missing")
    let recorder = NoticeRecorder()
    #expect(try await lost.erase(CompanyOrders.order(), recorder) == "officer refused-by-recipient folder-missing")
    let world = try DropFileWorld(server)
    _ = try await world.erase(CompanyOrders.order(), recorder)
    try world.put("something else", as: Self.file)
    #expect(
      try await world.erase(CompanyOrders.order(), NoticeRecorder())
        == "officer refused-by-recipient another-file-there")
    server.close()
    #expect(try await world.erase(CompanyOrders.order(), NoticeRecorder()) == "transient could-not-connect")
    #expect(try await world.poll(CompanyOrders.order(remembered: recorder.remembered)) == "transient could-not-connect")
  }

  @Test func `a call whose task is cancelled ends soon, and a server that says nothing does not hold it`() async throws
  {
    let silent = try SilentServer()
    let server = try SSHServer()
    let connector = try DropFileConnector(
      settings: DropFileSettings(
        sftp: DropServer(
          url: "sftp://127.0.0.1:\(silent.port)/in/", user: "expunged", key: "mailing-key",
          hostKey: try server.fingerprint("host"), isInternal: true), columns: DropFileWorld.columns),
      context: try CompanyOrders.context(
        connector: "drop-file", clock: ManualClock(), secrets: ["mailing-key": try server.key("client")]))
    let order = try CompanyOrders.order()
    let task = Task { try await connector.erase(order, before: NoticeRecorder()) }
    await silent.waitForConnection()
    let start = ContinuousClock.now
    task.cancel()
    await #expect(throws: ConnectorFailure.interrupted) { try await task.value }
    #expect(ContinuousClock.now - start < .seconds(10))
  }
}

/// Accepts and says nothing.
private final class SilentServer: Sendable {
  let port: Int
  private let listener: Int32

  init() throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (listener, length) = (listener, size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && Glibc.listen(listener, 1) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    guard bound else { throw FixtureProblem(text: "cannot listen on 127.0.0.1: \(errno)") }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(listener) }

  /// Returns when somebody has connected; his first bytes are never read.
  func waitForConnection() async {
    let listener = listener
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      Thread.detachNewThread {
        // Left open until the process ends: closing it would be an answer.
        _ = accept(listener, nil, nil)
        continuation.resume()
      }
    }
  }
}
