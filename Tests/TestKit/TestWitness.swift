public import EvidenceLog
import ErasureDomain
import Foundation
import Glibc
import Synchronization

/// A witness of C2SP tlog-witness on a free port of 127.0.0.1 that keeps the specification strictly: it persists before it
/// answers, and cosigns nothing that does not extend what it cosigned before.
public final class TestWitness: Sendable {
  /// How it can lie.
  public enum Lie: Sendable {
    /// A signature that does not verify.
    case badSignature
    /// A line by another key of the same name.
    case otherKey
    /// A time before the one of its last cosignature.
    case olderTime
    /// It claims to know a larger tree, and has none to show.
    case claimsMore
    /// Bytes that are no answer.
    case garbage
    /// An answer that does not end.
    case huge
  }

  private struct Seen {
    var size: UInt64 = 0
    var root = MerkleTree.emptyRoot
    var note: [UInt8] = []
  }

  private struct State {
    var seen: [String: Seen] = [:]
    var lie: Lie?
    var asked = 0
    var time: UInt64
  }

  public let port: Int
  /// The key that verifies its cosignatures.
  public let key: NoteVerifierKey
  private let cosigner: Ed25519Cosigner
  private let other: Ed25519Cosigner
  private let logs: [NoteVerifierKey]
  private let store: String
  private let listener: Int32
  private let end = ListenerEnd()
  private let state: Mutex<State>

  /// Starts it; `store` is a file in which it keeps what it has seen, and reads it at a start. `logs` are the keys of the
  /// logs that it knows.
  public init(
    name: String = "witness.example/w1", logs: [NoteVerifierKey], store: String, time: UInt64 = 1_790_000_000
  ) throws {
    cosigner = try Ed25519Cosigner(name: name, seed: [UInt8](repeating: 0x61, count: 32))
    other = try Ed25519Cosigner(name: name, seed: [UInt8](repeating: 0x62, count: 32))
    key = cosigner.verifierKey
    self.logs = logs
    self.store = store
    var seen: [String: Seen] = [:]
    if let data = FileManager.default.contents(atPath: store) {
      let note = try SignedNote(parsing: Array(data))
      let checkpoint = try Checkpoint(parsing: note.text)
      seen[checkpoint.origin] = Seen(size: checkpoint.size, root: checkpoint.root, note: Array(data))
    }
    state = Mutex(State(seen: seen, time: time))
    (listener, port) = try Self.listen()
    Thread.detachNewThread { [self] in accept() }
  }

  /// The prefix for submissions.
  public var url: String { "http://127.0.0.1:\(port)/w" }

  /// How many submissions came.
  public var asked: Int { state.withLock { $0.asked } }

  /// From now on it lies.
  public func lie(_ lie: Lie?) { state.withLock { $0.lie = lie } }

  /// It answers nobody any more.
  public func stop() { end.stop(listener) }

  // MARK: The protocol

  private struct Answer {
    var status: String
    var type = "text/plain"
    var body: [UInt8] = []
  }

  private func answer(_ method: String, _ target: String, _ body: [UInt8]) -> Answer {
    if method == "POST", target == "/w/add-checkpoint" { return add(body) }
    guard method == "GET" else { return Answer(status: "405 Method Not Allowed") }
    return state.withLock { state in
      for (origin, seen) in state.seen
      where target == "/w/\(ContentDigest(hashing: Array(origin.utf8)).hex)/checkpoint" {
        return Answer(status: "200 OK", body: seen.note)
      }
      return Answer(status: "404 Not Found")
    }
  }

  private func add(_ body: [UInt8]) -> Answer {
    guard let (old, proof, note) = Self.submission(body), let checkpoint = try? Checkpoint(parsing: note.text),
      old <= checkpoint.size
    else { return Answer(status: "400 Bad Request") }
    let keys = logs.filter { $0.name == checkpoint.origin }
    guard !keys.isEmpty else { return Answer(status: "404 Not Found") }
    guard (try? note.verified(by: keys)) != nil else { return Answer(status: "403 Forbidden") }
    // The whole update under one lock: two that ask at once must not both be cosigned from one old size.
    return state.withLock { state in
      state.asked += 1
      let seen = state.seen[checkpoint.origin] ?? Seen()
      if state.lie == .claimsMore { return Self.conflict(checkpoint.size + 1_000) }
      guard old == seen.size else { return Self.conflict(seen.size) }
      if old == checkpoint.size {
        guard seen.root == checkpoint.root, proof.isEmpty else { return Answer(status: "422 Unprocessable Entity") }
      } else if old == 0 {
        guard proof.isEmpty else { return Answer(status: "422 Unprocessable Entity") }
      } else {
        let holds: Void? = try? MerkleProofs.verifyConsistency(
          from: old, to: checkpoint.size, fromRoot: seen.root, toRoot: checkpoint.root, proof: proof)
        guard holds != nil else { return Answer(status: "422 Unprocessable Entity") }
      }
      return cosign(note, checkpoint, &state)
    }
  }

  private func cosign(_ note: SignedNote, _ checkpoint: Checkpoint, _ state: inout State) -> Answer {
    state.time += 60
    var kept = note
    guard let line = try? cosigner.cosign(noteText: note.text, timestamp: state.time),
      (try? kept.add([line])) != nil,
      // Persisted before it is answered.
      (try? Self.persist(kept.encoded, at: store)) != nil
    else { return Answer(status: "500 Internal Server Error") }
    state.seen[checkpoint.origin] = Seen(size: checkpoint.size, root: checkpoint.root, note: kept.encoded)
    func lines(_ signature: NoteSignature?) -> Answer {
      Answer(status: "200 OK", body: Array(((signature?.line ?? "") + "\n").utf8))
    }
    switch state.lie {
    case nil, .claimsMore: return lines(line)
    case .badSignature:
      return lines(NoteSignature(keyName: key.name, keyID: key.keyID, signature: [UInt8](repeating: 1, count: 72)))
    case .otherKey: return lines(try? other.cosign(noteText: note.text, timestamp: state.time))
    case .olderTime: return lines(try? cosigner.cosign(noteText: note.text, timestamp: 1_000_000_000))
    case .garbage: return Answer(status: "200 OK", body: Array("cosigned, trust me".utf8))
    case .huge: return Answer(status: "200 OK", body: [UInt8](repeating: 0x61, count: 1 << 20))
    }
  }

  private static func conflict(_ size: UInt64) -> Answer {
    Answer(status: "409 Conflict", type: "text/x.tlog.size", body: Array("\(size)\n".utf8))
  }

  private static func submission(_ body: [UInt8]) -> (old: UInt64, proof: [MerkleHash], note: SignedNote)? {
    guard let blank = body.firstRange(of: [0x0A, 0x0A]) else { return nil }
    let lines = String(decoding: body[..<blank.lowerBound], as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first, first.hasPrefix("old "), let old = UInt64(first.dropFirst(4)),
      first == "old \(old)", lines.count <= 64
    else { return nil }
    let proof = lines.dropFirst().compactMap { MerkleHash(base64: String($0)) }
    guard proof.count == lines.count - 1, let note = try? SignedNote(parsing: Array(body[blank.upperBound...])) else {
      return nil
    }
    return (old, proof, note)
  }

  private static func persist(_ bytes: [UInt8], at path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + ".new"))
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path + ".new"))
    try file.synchronize()
    try file.close()
    guard rename(path + ".new", path) == 0 else { throw ChildProcess.Problem(description: "\(path) is not written") }
  }

  // MARK: HTTP

  private func accept() {
    while let connection = end.accept(listener) {
      Thread.detachNewThread { [self] in
        serve(connection)
        close(connection)
      }
    }
    end.close(listener)
  }

  /// One request to a connection.
  private func serve(_ connection: Int32) {
    var buffer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let head = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
        let lines = String(decoding: buffer[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let length =
          lines.first { $0.lowercased().hasPrefix("content-length:") }
          .flatMap { Int($0.filter(\.isNumber)) } ?? 0
        if buffer.count >= head.upperBound + length {
          let words = lines[0].split(separator: " ").map(String.init)
          let body = Array(buffer[head.upperBound..<(head.upperBound + length)])
          return send(answer(words[0], words.count > 1 ? words[1] : "", body), on: connection)
        }
      }
      let count = recv(connection, &chunk, chunk.count, 0)
      guard count > 0 else { return }
      buffer += chunk[..<count]
    }
  }

  private func send(_ answer: Answer, on connection: Int32) {
    let head =
      "HTTP/1.1 \(answer.status)\r\nContent-Type: \(answer.type)\r\nConnection: close\r\n"
      + "Content-Length: \(answer.body.count)\r\n\r\n"
    var rest = (Array(head.utf8) + answer.body)[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }

  private static func listen() throws -> (Int32, Int) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && Glibc.listen(socket, 64) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard isListening else { throw ChildProcess.Problem(description: "no socket: errno \(errno)") }
    return (socket, Int(UInt16(bigEndian: address.sin_port)))
  }
}
