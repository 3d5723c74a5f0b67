import ErasureDomain

/// Texts that were given out to be signed by somebody who is not here yet: each is good once, for a few minutes.
actor LoginChallenges {
  static let validSeconds: Int64 = 300
  static let most = 1_000

  private let clock: any CivilClock
  private let random: any RandomSource
  private var given: [String: UTCTime] = [:]

  init(clock: any CivilClock, random: any RandomSource) {
    self.clock = clock
    self.random = random
  }

  /// A fresh nonce; the oldest one goes when too many wait.
  func give() -> String {
    let now = clock.now()
    given = given.filter { abs(now.seconds(since: $0.value)) < Self.validSeconds }
    if given.count >= Self.most, let oldest = given.min(by: { $0.value < $1.value }) { given[oldest.key] = nil }
    let nonce = Hex.encode(random.bytes(16))
    given[nonce] = now
    return nonce
  }

  /// Whether a nonce was given and is still good; it is not afterwards.
  func take(_ nonce: String) -> Bool {
    guard let at = given.removeValue(forKey: nonce) else { return false }
    return abs(clock.now().seconds(since: at)) < Self.validSeconds
  }
}
