// Facts of entries about dossiers. They stand in the log's own stream, so that one may be made after the request has ended.

/// Somebody had the dossier of a request made. Durable before he gets it.
public struct DossierMade: EntryFacts {
  public static let kind = EntryKind("dossier.made")
  public var about: RequestReference
  /// The person is in it: letters as sent, the request as it came, reasons in words.
  public var person: Bool

  public init(about: RequestReference, person: Bool) {
    self.about = about
    self.person = person
  }
}
