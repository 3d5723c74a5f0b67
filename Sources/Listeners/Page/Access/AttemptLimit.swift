import ErasureDomain

/// How often a door may be tried in vain: so many times a minute from one address, and from all together.
actor AttemptLimit {
  static let perAddress = 10
  static let together = 120
  /// Denied attempts that are put into the log in an hour; further ones are in the daemon's own lines only.
  static let loggedEachHour = 60

  private let clock: any CivilClock
  private var minute: Int64 = 0
  private var failed: [String: Int] = [:]
  private var hour: Int64 = 0
  private var logged = 0

  init(clock: any CivilClock) { self.clock = clock }

  /// Whether one more attempt may be made now.
  func mayTry(from address: String) -> Bool {
    beginMinute()
    return failed[address, default: 0] < Self.perAddress && failed.values.reduce(0, +) < Self.together
  }

  /// Counts an attempt that was refused; who gets in costs nothing.
  func refuse(_ address: String) {
    beginMinute()
    failed[address, default: 0] += 1
  }

  private func beginMinute() {
    let now = clock.now().secondsSince1970 / 60
    if now != minute { (minute, failed) = (now, [:]) }
  }

  /// Whether one more denied attempt goes into the log, which keeps what it gets for ever.
  func mayLog() -> Bool {
    let now = clock.now().secondsSince1970 / 3_600
    if now != hour { (hour, logged) = (now, 0) }
    logged += 1
    return logged <= Self.loggedEachHour
  }
}
