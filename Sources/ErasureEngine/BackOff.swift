import ErasureDomain

/// When a failed attempt may be repeated: random(0, min(24 h, 5 s · 4ⁿ)), never before what the other side asked for.
enum BackOff {
  static let firstSeconds: Int64 = 5
  static let longestSeconds: Int64 = 86_400

  /// `spent` is the number of attempts that already cost something, this one included.
  static func ceiling(spent: Int) -> Int64 {
    var ceiling = firstSeconds
    for _ in 1..<max(2, min(spent, 10)) where ceiling < longestSeconds && spent > 1 { ceiling *= 4 }
    return min(ceiling, longestSeconds)
  }

  static func retryAt(
    _ now: UTCTime, spent: Int, retryAfterSeconds: Int64?, random: any RandomSource
  ) -> UTCTime {
    let ceiling = UInt64(ceiling(spent: spent)) + 1
    let draw = random.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % ceiling
    return now.adding(seconds: max(Int64(draw), min(retryAfterSeconds ?? 0, longestSeconds)))
  }
}
