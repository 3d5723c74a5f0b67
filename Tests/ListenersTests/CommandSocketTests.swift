import ErasureDomain
import Foundation
@preconcurrency import Glibc
import HTTPTransport
import Logging
import OfficerAPI
import OfficerConsole
import Synchronization
import Testing

@testable import Listeners

@Suite(.timeLimit(.minutes(5))) struct `The command socket` {
  @Test func `says who is calling as the kernel knows it`() async throws {
    let daemon = FakeDaemon(answer: Done())
    try await SocketScene.with(daemon) { scene in
      let reply = try await scene.send("POST", "/v1/status", Array("{}".utf8), headers: [("expunged-as", "anna")])
      #expect(reply.status == 200)
      #expect(reply.header("content-type") == "application/json")
      #expect(reply.body == Array("{}".utf8))
    }
    let heard = try #require(daemon.heard.first)
    #expect(heard.name == "status")
    #expect(heard.person == "anna")
    #expect(heard.peer.userID == getuid())
    #expect(heard.peer.groupID == getgid())
    #expect(heard.peer.processID == getpid())
    var groups = [gid_t](repeating: 0, count: 65_536)
    let count = Int(getgroups(Int32(groups.count), &groups))
    #expect(Set(heard.peer.groups) == Set(groups.prefix(count)))
  }

  @Test(arguments: ["/", "/v1", "/v1/", "/v1/status/more", "/v1/Status", "/v1/a%20b", "/healthz", "/v2/status"])
  func `knows no other path`(path: String) async throws {
    let daemon = FakeDaemon(answer: Done())
    try await SocketScene.with(daemon) { scene in
      let reply = try await scene.send("POST", path, [])
      #expect(reply.status == 404)
      #expect(reply.header("content-type") == "application/problem+json")
      #expect(try CanonicalJSON.decode(Refusal.self, from: reply.body).reason == .notFound)
    }
    #expect(daemon.heard.isEmpty)
  }

  @Test(arguments: ["GET", "PUT", "DELETE"])
  func `takes nothing but POST`(method: String) async throws {
    let daemon = FakeDaemon(answer: Done())
    try await SocketScene.with(daemon) { scene in
      let reply = try await scene.send(method, "/v1/status")
      #expect(reply.status == 405)
      #expect(reply.header("allow") == "POST")
    }
    #expect(daemon.heard.isEmpty)
  }

  @Test func `takes a body up to the limit and not one byte more`() async throws {
    let daemon = FakeDaemon(answer: Done())
    try await SocketScene.with(daemon) { scene in
      let largest = [UInt8](repeating: 0x20, count: OfficerWire.largestCall)
      #expect(try await scene.send("POST", "/v1/echo", largest).status == 200)
      let reply = try await scene.send("POST", "/v1/echo", largest + [0x20], freshConnection: true)
      #expect(reply.status == 413)
      #expect(try CanonicalJSON.decode(Refusal.self, from: reply.body).reason == .invalid)
    }
    #expect(daemon.heard.map(\.body.count) == [OfficerWire.largestCall])
  }

  @Test func `gives back answers of many megabytes`() async throws {
    let file = ExportedEvidence.File(path: "policy", content: String(repeating: "QUFB", count: 3 << 20))
    let daemon = FakeDaemon(answer: ExportedEvidence(files: [file]))
    try await SocketScene.with(daemon) { scene in
      let answer = try await scene.client.call(ExportEvidence(request: "1"))
      #expect(answer.files == [file])
    }
  }

  @Test func `answers calls beside each other`() async throws {
    let door = Door()
    let inside = Atomic(0)
    let daemon = FakeDaemon { _ in
      // Only the last of them lets all go on: one after the other, they would wait for ever.
      if inside.add(1, ordering: .relaxed).newValue == 20 { door.open() }
      await door.pass()
      return CallReply(status: 200, body: Array("{}".utf8))
    }
    try await SocketScene.with(daemon) { scene in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<20 { group.addTask { try await scene.send("POST", "/v1/status", []).status } }
        for try await status in group { #expect(status == 200) }
      }
    }
  }

  @Test func `lets a call under way end before it stops`() async throws {
    let (arrived, release) = (Door(), Door())
    let daemon = FakeDaemon { _ in
      arrived.open()
      await release.pass()
      return CallReply(status: 200, body: Array("{}".utf8))
    }
    try await SocketScene.with(FakeDaemon(answer: Done())) { outer in
      let path = outer.folder + "/second.sock"
      let (opened, open) = AsyncStream<Void>.makeStream()
      let socket = CommandSocket(path: path, handler: daemon, logger: Logger(label: "test")) { open.finish() }
      let running = Task { try await socket.run() }
      for await _ in opened {}
      let call = Task {
        try await outer.loop.send(
          HTTPRequest(method: "POST", url: "http://expunged/v1/status", body: [], unixSocket: path))
      }
      await arrived.pass()
      running.cancel()
      release.open()
      #expect(try await call.value.status == 200)
      try await running.value
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func `cancels a call that does not end by itself`() async throws {
    let (arrived, cancelled) = (Door(), Door())
    let daemon = FakeDaemon { _ in
      arrived.open()
      await withTaskCancellationHandler {
        await cancelled.pass()
      } onCancel: {
        cancelled.open()
      }
      return CallReply(status: 503, body: Array("{}".utf8))
    }
    try await SocketScene.with(FakeDaemon(answer: Done())) { outer in
      let path = outer.folder + "/second.sock"
      let (opened, open) = AsyncStream<Void>.makeStream()
      var socket = CommandSocket(path: path, handler: daemon, logger: Logger(label: "test")) { open.finish() }
      socket.grace = .milliseconds(1)
      let running = Task { [socket] in try await socket.run() }
      for await _ in opened {}
      let call = Task {
        try await outer.loop.send(
          HTTPRequest(method: "POST", url: "http://expunged/v1/watch", body: [], unixSocket: path))
      }
      await arrived.pass()
      running.cancel()
      try await running.value
      await cancelled.pass()
      _ = await call.result
    }
  }

  @Test func `is open to everyone in a folder that is not, and leaves no file behind`() async throws {
    let daemon = FakeDaemon(answer: Done())
    let seen = Mutex<[String: Int]>([:])
    let place = Mutex("")
    try await SocketScene.with(daemon) { scene in
      place.withLock { $0 = scene.path }
      for path in [scene.path, scene.folder + "/run"] {
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        seen.withLock { $0[String(path.suffix(4))] = mode?.intValue }
      }
    }
    #expect(seen.withLock { $0 } == ["sock": 0o666, "/run": 0o755])
    #expect(!FileManager.default.fileExists(atPath: place.withLock { $0 }))
  }

  @Test func `replaces the socket of a daemon that died`() async throws {
    let daemon = FakeDaemon(answer: Done())
    try await SocketScene.with(daemon) { scene in
      let path = scene.folder + "/stale.sock"
      try Self.leaveStaleSocket(at: path)
      let (opened, open) = AsyncStream<Void>.makeStream()
      let socket = CommandSocket(path: path, handler: daemon, logger: Logger(label: "test")) { open.finish() }
      let running = Task { try await socket.run() }
      for await _ in opened {}
      let reply = try await scene.loop.send(
        HTTPRequest(method: "POST", url: "http://expunged/v1/status", body: [], unixSocket: path))
      #expect(reply.status == 200)
      running.cancel()
      try await running.value
    }
  }

  static func leaveStaleSocket(at path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
  }

  @Test func `refuses a path where it would do harm`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("xp-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.path + "/file"
    try Data("precious".utf8).write(to: URL(fileURLWithPath: file))
    func problem(_ path: String) async -> ListenerProblem? {
      let socket = CommandSocket(path: path, handler: FakeDaemon(answer: Done()), logger: Logger(label: "test"))
      do { try await socket.run() } catch { return error }
      return nil
    }
    #expect(await problem(file) == .notASocket(path: file))
    #expect(FileManager.default.contents(atPath: file) == Data("precious".utf8))
    let long = "/tmp/" + String(repeating: "a", count: 103)
    #expect(await problem(long) == .pathTooLong(path: long, limit: 107))
    #expect(await problem("/nonexistent/more/command.sock") != nil)
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
    #expect(await problem(folder.path + "/command.sock") == .folderOpenToAll(folder: folder.path))
  }
}
