import ConnectorKit
import ErasureDomain

/// The sentences of letters to recipients and of their page, in one language.
struct LetterWords {
  let language: LetterLanguage

  /// The text in the language.
  func callAsFunction(_ dutch: String, _ english: String) -> String { language == .dutch ? dutch : english }

  private static let months: [LetterLanguage: [String]] = [
    .dutch: [
      "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
      "december",
    ],
    .english: [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December",
    ],
  ]

  /// A day as people write it.
  func day(_ day: CivilDate) -> String { "\(day.day) \(Self.months[language]?[day.month - 1] ?? "") \(day.year)" }

  /// What the letter is about, in one line.
  func subject(_ duty: LetterDuty) -> String {
    switch duty {
    case .notify: self("Kennisgeving: persoonsgegevens verwijderd", "Notification: personal data erased")
    case .instruct: self("Opdracht: verwijder persoonsgegevens", "Instruction: erase personal data")
    case .stopSending: self("Verzoek: stuur deze gegevens niet meer", "Request: stop sending these data")
    }
  }

  /// What we ask and why, as paragraphs.
  func duty(_ letter: RecipientLetter) -> [String] {
    let sender = letter.from.name
    switch letter.duty {
    case .notify:
      return [
        self(
          "Iemand heeft \(sender) gevraagd zijn of haar persoonsgegevens te wissen. Wij geven daaraan gevolg. Deze gegevens hebben wij eerder aan u verstrekt.",
          "A person has asked \(sender) to erase their personal data, and we do. We disclosed these data to you earlier."
        ),
        self(
          "Volgens artikel 19 AVG stellen wij u daarvan in kennis. U bent zelf verwerkingsverantwoordelijke: beoordeel of ook u de gegevens moet verwijderen, en laat ons weten wat u hebt gedaan.",
          "Under Article 19 GDPR we notify you of this. You are a controller yourself: assess whether you must erase the data too, and tell us what you did."
        ),
      ]
    case .instruct:
      return [
        self(
          "U verwerkt persoonsgegevens voor \(sender). Wij geven u, op grond van artikel 28 lid 3 AVG en onze verwerkersovereenkomst, opdracht de gegevens van één persoon te verwijderen.",
          "You process personal data on behalf of \(sender). Under Article 28(3) GDPR and our processing agreement we instruct you to erase the data of one person."
        ),
        self(
          "De opdracht geldt ook voor de subverwerkers die u inschakelt. Bevestig wat er is verwijderd. Gegevens die u volgens de wet moet bewaren, houdt u apart; meld ons welke dat zijn, waarom en tot wanneer.",
          "The instruction includes the sub-processors you engage. Confirm what was erased. Data that the law obliges you to keep you set apart; tell us which, why and until when."
        ),
      ]
    case .stopSending:
      return [
        self(
          "Wij hebben gegevens van één persoon van u ontvangen. Die persoon heeft \(sender) gevraagd ze te wissen, en wij verwijderen ze.",
          "We received data about one person from you. That person has asked \(sender) to erase them, and we do."),
        self(
          "Stuur ons de gegevens van deze persoon niet opnieuw. Haal ze uit leveringen, lijsten en koppelingen naar ons, en laat ons weten dat u dat hebt gedaan. Of u uw eigen gegevens verwijdert, beoordeelt u zelf.",
          "Do not send us this person's data again. Take them out of deliveries, lists and interfaces to us, and tell us that you have. Whether you erase your own data is for you to assess."
        ),
      ]
    }
  }

  /// What the three answers mean under the duty.
  func answer(_ said: LetterAnswer.Said, _ duty: LetterDuty) -> String {
    switch (said, duty) {
    case (.done, .stopSending):
      self("Gedaan: wij sturen deze gegevens niet meer", "Done: we no longer send these data")
    case (.done, _): self("Gedaan: de gegevens zijn verwijderd", "Done: the data were erased")
    case (.nothingFound, _):
      self("Niets gevonden: wij hebben van deze persoon niets", "Nothing found: we hold nothing about this person")
    case (.kept, .stopSending):
      self("Deels: een deel blijft, om deze reden", "Partly: some stays, for this reason")
    case (.kept, _):
      self(
        "Deels: een deel moeten wij bewaren, de rest is verwijderd", "Partly: we must keep some, the rest was erased")
    }
  }

  func basis(_ basis: LetterAnswer.Basis) -> String {
    switch basis {
    case .legalObligation: self("een wettelijke verplichting", "a legal obligation")
    case .legalClaims: self("een rechtsvordering", "legal claims")
    case .publicHealth: self("volksgezondheid", "public health")
    case .archiving: self("archivering, onderzoek of statistiek", "archiving, research or statistics")
    case .expression: self("vrijheid van meningsuiting", "freedom of expression")
    case .other: self("een andere grond, namelijk zoals toegelicht", "another ground, as explained")
    }
  }

  /// A kind of identifier for people; our own word where there is none.
  func kind(_ kind: IdentifierKind) -> String {
    switch kind.rawValue {
    case "email": self("E-mailadres", "E-mail address")
    case "phone": self("Telefoonnummer", "Telephone number")
    case "customer-no": self("Klantnummer", "Customer number")
    case "name": self("Naam", "Name")
    case let other: other
    }
  }
}
