import ConnectorKit
import ErasureDomain

/// The templates that come with expunged: plain words (B1), one thought a sentence.
enum BuiltInTemplates {
  /// Of a request that does not ask for erasure; nil where the usual text says nothing of one.
  static func copyText(_ kind: SubjectLetterKind, _ language: LetterLanguage) -> String? {
    let usual = text(kind, language)
    switch (kind, language) {
    case (.acknowledgement, .dutch):
      return usual.replacing("Wij hebben uw verzoek om uw gegevens te wissen op", with: "Wij hebben uw verzoek op")
    case (.acknowledgement, .english):
      return usual.replacing("your request to erase your data on", with: "your request on")
    case (.refusal, .dutch):
      return usual.replacing("Wij wissen uw gegevens niet, omdat:", with: "Wij doen niet wat u vroeg, omdat:")
    case (.refusal, .english):
      return usual.replacing("We do not erase your data, because:", with: "We do not do what you asked, because:")
    case (.completion, .dutch):
      return usual.replacing(
        "U vroeg ons op {received} om uw gegevens te wissen. Hier leest u wat wij hebben gedaan.",
        with: "U vroeg ons op {received} om een kopie van uw gegevens. Aan uw gegevens is niets veranderd.")
    case (.completion, .english):
      return usual.replacing(
        "You asked us on {received} to erase your data. This letter says what we did.",
        with: "You asked us on {received} for a copy of your data. Nothing about your data was changed.")
    case (.identity, _), (.extension, _), (.lastCopyGone, _), (.withdrawn, _): return nil
    }
  }

  static func text(_ kind: SubjectLetterKind, _ language: LetterLanguage) -> String {
    switch language {
    case .dutch: dutch(kind)
    case .english: english(kind)
    }
  }

  private static func dutch(_ kind: SubjectLetterKind) -> String {
    let body =
      switch kind {
      case .acknowledgement:
        """
        subject: Wij hebben uw verzoek ontvangen ({request})

        Wij hebben uw verzoek om uw gegevens te wissen op {received} ontvangen. U krijgt uiterlijk op {last-day} bericht over wat wij hebben gedaan: {last-day-reason}.

        U hoeft nu niets te doen.
        """
      case .identity:
        """
        subject: Vraag over uw verzoek ({request})

        Wij hebben uw verzoek op {received} ontvangen. Wij willen zeker weten dat dit verzoek van u komt, omdat:

        {reason}

        Wilt u dit doen?

        {step}

        Stuur geen kopie van uw identiteitsbewijs.
        """
      case .extension:
        """
        subject: Wij hebben meer tijd nodig voor uw verzoek ({request})

        Wij hebben uw verzoek op {received} ontvangen. Wij hebben meer tijd nodig, omdat:

        {reason}

        Het nieuwe uiterste moment is {new-last-day} (artikel 12 lid 3 AVG).
        """
      case .refusal:
        """
        subject: Ons antwoord op uw verzoek ({request})

        Wij hebben uw verzoek op {received} ontvangen. Wij wissen uw gegevens niet, omdat:

        {reason}

        # Wat u kunt doen

        {complaint}
        {remedy}
        """
      case .completion: dutchCompletion
      case .lastCopyGone:
        """
        subject: De laatste reservekopie is weg ({request})

        Op {done-on} was ons werk aan verzoek {request} in onze systemen klaar. Toen stonden er nog gegevens in reservekopieën. Op {gone-on} hebben wij gezien dat de laatste daarvan er niet meer is.

        In deze brief staan geen naam en geen adres, omdat wij die niet meer hebben.
        """
      case .withdrawn: dutchWithdrawn
      }
    let greeting = kind == .lastCopyGone ? "" : "Geachte heer of mevrouw,\n\n"
    return letter(body, greeting: greeting, "Met vriendelijke groet,\n{organisation}\n\nKenmerk: {request}")
  }

  private static func english(_ kind: SubjectLetterKind) -> String {
    let body =
      switch kind {
      case .acknowledgement:
        """
        subject: We received your request ({request})

        We received your request to erase your data on {received}. You will hear what we did by {last-day} at the latest: {last-day-reason}.

        You need do nothing now.
        """
      case .identity:
        """
        subject: A question about your request ({request})

        We received your request on {received}. We want to be sure this request is yours, because:

        {reason}

        Please do this:

        {step}

        Do not send a copy of your identity document.
        """
      case .extension:
        """
        subject: We need more time for your request ({request})

        We received your request on {received}. We need more time, because:

        {reason}

        The new last date is {new-last-day} (Article 12(3) GDPR).
        """
      case .refusal:
        """
        subject: Our answer to your request ({request})

        We received your request on {received}. We do not erase your data, because:

        {reason}

        # What you can do

        {complaint}
        {remedy}
        """
      case .completion: englishCompletion
      case .lastCopyGone:
        """
        subject: The last backup is gone ({request})

        On {done-on} our work on request {request} in our systems was done. Backups still held data then. On {gone-on} we saw that the last of those is gone.

        This letter has no name and no address, because we no longer hold them.
        """
      case .withdrawn: englishWithdrawn
      }
    let greeting = kind == .lastCopyGone ? "" : "Dear Sir or Madam,\n\n"
    return letter(body, greeting: greeting, "Kind regards,\n{organisation}\n\nOur reference: {request}")
  }

  /// Subject, greeting, body, end.
  private static func letter(_ body: String, greeting: String, _ end: String) -> String {
    let parts = body.split(separator: "\n\n", maxSplits: 1)
    return "\(parts[0])\n\n\(greeting)\(parts.count > 1 ? parts[1] : "")\n\n\(end)\n"
  }

  private static let dutchCompletion = """
    subject: Wat wij met uw gegevens hebben gedaan ({request})

    U vroeg ons op {received} om uw gegevens te wissen. Hier leest u wat wij hebben gedaan.

    [packages]
    # Uw kopie

    {packages}
    [/packages]

    [systems]
    # Onze systemen

    {systems}
    [/systems]

    [not-found]
    # Waar niets van u was

    {not-found}
    [/not-found]

    [kept]
    # Wat wij moeten bewaren

    {kept}
    [/kept]

    [exceptions]
    # Wat is blijven staan

    {exceptions}

    Bent u het hiermee niet eens? Dan kunt u een klacht indienen bij de Autoriteit Persoonsgegevens of naar de rechter gaan.
    [/exceptions]

    [backups]
    # Reservekopieën

    {backups}

    Hierover krijgt u niet vanzelf een nieuwe brief. Wilt u later weten of de laatste reservekopie weg is? Noem ons dan het kenmerk {request}.
    [/backups]

    [recipients]
    # Ontvangers

    Deze ontvangers hebben wij gevraagd of opgedragen uw gegevens te wissen:

    {recipients}
    [/recipients]

    # Uw code

    Met deze code kunt u later aantonen dat dit verzoek van u was. Wij bewaren de code niet. Bewaar deze brief daarom goed.

    {code}
    """

  private static let englishCompletion = """
    subject: What we did with your data ({request})

    You asked us on {received} to erase your data. This letter says what we did.

    [packages]
    # Your copy

    {packages}
    [/packages]

    [systems]
    # Our systems

    {systems}
    [/systems]

    [not-found]
    # Where nothing about you was

    {not-found}
    [/not-found]

    [kept]
    # What we must keep

    {kept}
    [/kept]

    [exceptions]
    # What has stayed

    {exceptions}

    If you do not agree, you may complain to the Autoriteit Persoonsgegevens or go to court.
    [/exceptions]

    [backups]
    # Backups

    {backups}

    You will not get another letter about this by itself. If you want to know later whether the last backup is gone, give us the reference {request}.
    [/backups]

    [recipients]
    # Recipients

    We asked or instructed these recipients to erase your data:

    {recipients}
    [/recipients]

    # Your code

    With this code you can show later that this request was yours. We do not keep it, so keep this letter.

    {code}
    """

  private static let dutchWithdrawn = """
    subject: U hebt uw verzoek ingetrokken ({request})

    U hebt uw verzoek van {received} ingetrokken. Wij zijn gestopt. Wat al gedaan was, kunnen wij niet terugdraaien.

    [systems]
    # Wat al gedaan was

    {systems}
    [/systems]

    [exceptions]
    # Wat is blijven staan

    {exceptions}
    [/exceptions]

    [kept]
    # Wat wij moeten bewaren

    {kept}
    [/kept]

    [backups]
    # Reservekopieën

    {backups}
    [/backups]

    [recipients]
    # Ontvangers

    {recipients}
    [/recipients]
    """

  private static let englishWithdrawn = """
    subject: You withdrew your request ({request})

    You withdrew your request of {received}. We have stopped. What was done already cannot be undone.

    [systems]
    # What was done already

    {systems}
    [/systems]

    [exceptions]
    # What has stayed

    {exceptions}
    [/exceptions]

    [kept]
    # What we must keep

    {kept}
    [/kept]

    [backups]
    # Backups

    {backups}
    [/backups]

    [recipients]
    # Recipients

    {recipients}
    [/recipients]
    """
}
