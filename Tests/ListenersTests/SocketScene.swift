import ErasureDomain
import Foundation
import HTTPTransport
import Listeners
import Logging
import OfficerAPI
import OfficerConsole

/// A real socket in a temporary folder with a made-up daemon behind it.
struct SocketScene {
  let folder: String
  let loop: HTTPLoop

  var path: String { folder + "/run/command.sock" }
  var client: DaemonClient { DaemonClient(socket: path) }

  /// Runs the body while the socket listens, then stops it and waits for its end.
  static func with(
    _ handler: any CallHandler, _ body: @Sendable (SocketScene) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("xp-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let scene = SocketScene(folder: folder.path, loop: HTTPLoop(reach: .privateToo))
    defer { scene.loop.shutDown() }
    try await scene.listening(handler) { try await body(scene) }
  }

  func listening(_ handler: any CallHandler, _ body: @Sendable () async throws -> Void) async throws {
    let (opened, open) = AsyncStream<Void>.makeStream()
    let socket = CommandSocket(path: path, handler: handler, logger: Logger(label: "test")) { open.finish() }
    let running = Task {
      defer { open.finish() }
      try await socket.run()
    }
    for await _ in opened {}
    do {
      try await body()
    } catch {
      running.cancel()
      _ = await running.result
      throw error
    }
    running.cancel()
    try await running.value
  }

  /// A bare request, to say what no client of ours would say.
  func send(
    _ method: String, _ path: String, _ body: [UInt8]? = nil, headers: [(String, String)] = [],
    freshConnection: Bool = false
  ) async throws(HTTPFailure) -> HTTPResponse {
    try await loop.send(
      HTTPRequest(
        method: method, url: "http://expunged" + path, headers: headers, body: body,
        limits: HTTPLimits(bodyBytes: 64 << 20), unixSocket: self.path, onFreshConnection: freshConnection))
  }
}
