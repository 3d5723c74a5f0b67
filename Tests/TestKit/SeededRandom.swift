public import ErasureDomain
import Foundation
import Synchronization

/// Random bytes and numbers that a seed repeats (SplitMix64). For tests only: anyone can compute what comes next.
public final class SeededRandom: RandomSource, RandomNumberGenerator {
  /// The seed; printed by `property(_:)`.
  public let seed: UInt64
  private let state: Mutex<UInt64>

  /// A source that always gives the same sequence for one seed.
  public init(seed: UInt64 = 1) {
    self.seed = seed
    state = Mutex(seed)
  }

  /// A source for a property test: takes the seed from `EXPUNGE_SEED`, else a fresh one, and prints it.
  public static func property(_ test: String = #function) -> SeededRandom {
    let given = ProcessInfo.processInfo.environment["EXPUNGE_SEED"].flatMap { UInt64($0) }
    let source = SeededRandom(seed: given ?? UInt64.random(in: 1...999_999_999))
    print("EXPUNGE_SEED=\(source.seed) \(test)")
    return source
  }

  public func next() -> UInt64 {
    state.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  public func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// A number of the range.
  public func number(in range: ClosedRange<Int>) -> Int {
    var generator = self
    return Int.random(in: range, using: &generator)
  }

  /// True once in `of` on average.
  public func chance(_ of: Int) -> Bool { number(in: 1...of) == 1 }
}
