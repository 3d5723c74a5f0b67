import ErasureDomain
import Foundation

/// Random numbers that `EXPUNGE_SEED` repeats: SplitMix64.
final class PropertySeed: RandomNumberGenerator, RandomSource, @unchecked Sendable {
  let seed: UInt64
  private var state: UInt64
  private let lock = NSLock()

  /// Takes the seed from `EXPUNGE_SEED`, else a fresh one, and prints it.
  init(_ test: String = #function) {
    seed =
      ProcessInfo.processInfo.environment["EXPUNGE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999_999)
    state = seed
    print("EXPUNGE_SEED=\(seed) \(test)")
  }

  func next() -> UInt64 {
    lock.withLock {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}
