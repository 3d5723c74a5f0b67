import Listeners
import Logging
import OfficerDesk

extension Wiring {
  /// The officer's page; nil where the configuration has none.
  func page(_ desk: OfficerDesk) throws -> OfficerPage? {
    guard let settings = configuration.page else { return nil }
    let logger = logger
    return try OfficerPage(desk: desk, settings: settings, random: SystemRandom(), logger: logger) {
      logger.info("the page is served", metadata: ["at": "\(settings.listen)", "url": "\(settings.url)"])
    }
  }
}
