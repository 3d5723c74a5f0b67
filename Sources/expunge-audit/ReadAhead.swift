@preconcurrency import Dispatch
import EvidenceLog
import Foundation
import Synchronization

/// Several pieces at once, a few ahead of the one who takes them: one on each processor. Who takes them makes pieces himself
/// before he waits for one.
struct ReadAhead: WorkAhead {
  /// Pieces that wait or are made; each holds the entries of one file.
  private static let most = 16

  /// One for each processor but that of the taker: what a piece took of the memory is given back where it was taken, so that
  /// nobody waits for another's.
  private let queues = (0..<max(1, ProcessInfo.processInfo.activeProcessorCount - 1)).map {
    DispatchQueue(label: "expunge-audit.ahead.\($0)")
  }

  func run<Piece: Sendable>(
    _ count: Int, make: @escaping @Sendable (Int) throws -> Piece, take: (Piece) throws -> Bool
  ) throws {
    var pending: [Pending<Piece>] = []
    var next = 0
    while next < count || !pending.isEmpty {
      while next < count, pending.count < Self.most {
        let piece = Pending(number: next, make)
        queues[next % queues.count].async { piece.makeUnlessBegun() }
        pending.append(piece)
        next += 1
      }
      let first = pending[0]
      while !first.isMade, pending.contains(where: { $0.makeUnlessBegun() }) {}
      let piece = try first.wait()
      pending.removeFirst()
      let wantsMore = try take(piece)
      drop(piece)
      guard wantsMore else { return }
    }
  }

  func drop<Garbage: Sendable>(_ garbage: consuming Garbage) {
    let garbage = garbage
    queues[0].async { withExtendedLifetime(garbage) {} }
  }
}

/// A piece that somebody will make: whoever comes first.
private final class Pending<Piece: Sendable>: Sendable {
  private enum State {
    case waiting
    case begun
    case made(Result<Piece, any Error>)
  }

  private let number: Int
  private let make: @Sendable (Int) throws -> Piece
  private let state = Mutex(State.waiting)
  private let madeElsewhere = DispatchSemaphore(value: 0)

  init(number: Int, _ make: @escaping @Sendable (Int) throws -> Piece) {
    self.number = number
    self.make = make
  }

  var isMade: Bool { state.withLock { if case .made = $0 { true } else { false } } }

  /// Whether it was waiting, and is made now.
  @discardableResult
  func makeUnlessBegun() -> Bool {
    let isMine = state.withLock { state in
      guard case .waiting = state else { return false }
      state = .begun
      return true
    }
    guard isMine else { return false }
    let result = Result { try make(number) }
    state.withLock { $0 = .made(result) }
    madeElsewhere.signal()
    return true
  }

  /// The piece, once. Somebody has begun it.
  func wait() throws -> Piece {
    madeElsewhere.wait()
    return try state.withLock { state in
      defer { state = .begun }
      guard case .made(let result) = state else { preconditionFailure("a piece is taken once") }
      return result
    }.get()
  }
}
