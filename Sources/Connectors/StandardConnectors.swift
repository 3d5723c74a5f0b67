public import ConnectorKit

/// The kinds of connectors that every daemon knows: one line per kind.
public enum StandardConnectors {
  /// A registry of all kinds; those that speak HTTP share the two loops, letters the post.
  public static func registry(loops: HTTPLoops, post: LetterPost = LetterPost()) -> ConnectorRegistry {
    var registry = ConnectorRegistry()
    registry.add(SQLiteConnector.self)
    registry.add(PostgresConnector.self)
    registry.add(WebhookConnector.self) { try WebhookConnector(settings: $0, context: $1, loops: loops) }
    registry.add(HTTPSystemConnector.self) { try HTTPSystemConnector(settings: $0, context: $1, loops: loops) }
    registry.add(OpenDSRConnector.self) { settings, context in
      try OpenDSRConnector(
        settings: settings, context: context, loops: loops, callbackURL: { context.callbackURL(of: $0) })
    }
    registry.add(LetterConnector.self) { try LetterConnector(settings: $0, context: $1, post: post) }
    registry.add(ManualTaskConnector.self)
    registry.add(DropFileConnector.self)
    registry.add(BackupCatalogueConnector.self)
    registry.add(BackupToolConnector.self)
    registry.add(CommandConnector.self)
    registry.add(EndsByItselfConnector.self)
    registry.add(S3Connector.self) { try S3Connector(settings: $0, context: $1, loops: loops) }
    return registry
  }
}
