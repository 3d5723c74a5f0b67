/// How an audit does work whose pieces do not depend on each other: one after the other, or several at once on other processors.
public protocol WorkAhead: Sendable {
  /// Makes piece after piece, and hands them over in the order of their numbers, on the caller's own thread.
  ///
  /// `make` may be called for pieces that are not handed over any more: when `take` has said with false that it wants no
  /// more. Throws what either of them throws.
  func run<Piece: Sendable>(
    _ count: Int, make: @escaping @Sendable (Int) throws -> Piece, take: (Piece) throws -> Bool
  ) throws

  /// Lets go of what is not needed any more. Memory is best given back where it was taken.
  func drop<Garbage: Sendable>(_ garbage: consuming Garbage)
}

/// Each piece is made when it is its turn.
public struct InTurn: WorkAhead {
  /// Needs nothing.
  public init() {}

  /// Makes and hands over one piece after the other.
  public func run<Piece: Sendable>(
    _ count: Int, make: @escaping @Sendable (Int) throws -> Piece, take: (Piece) throws -> Bool
  ) throws {
    for number in 0..<count {
      guard try take(try make(number)) else { return }
    }
  }

  /// Does nothing: it is gone.
  public func drop<Garbage: Sendable>(_ garbage: consuming Garbage) {}
}
