import Synchronization

/// What the desk goes by; two signatures can change it while the daemon runs.
final class SettingsInForce: Sendable {
  private let settings: Mutex<DeskSettings>

  init(_ settings: DeskSettings) { self.settings = Mutex(settings) }

  var now: DeskSettings { settings.withLock { $0 } }

  func update(_ change: (inout DeskSettings) -> Void) {
    settings.withLock { change(&$0) }
  }
}
