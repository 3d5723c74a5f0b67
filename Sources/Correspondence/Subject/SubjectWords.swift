import ConnectorKit
import ErasureDomain

/// The sentences of letters to the person that state facts, in one language: plain words, one fact each.
///
/// Templates cannot change them: the word for erased stands beside nothing but an erasure that was seen.
struct SubjectWords {
  let language: LetterLanguage

  /// The text in the language.
  func callAsFunction(_ dutch: String, _ english: String) -> String { language == .dutch ? dutch : english }

  func day(_ day: CivilDate) -> String { LetterWords(language: language).day(day) }

  // MARK: Systems

  /// What was done in a system; nil where another part of the letter says it.
  func done(_ fact: LetterFacts.System) -> String? {
    let title = fact.title
    switch fact.done {
    case .erased(let on, let keeps, let reduced):
      let first =
        keeps
        ? self(
          "Uit \(title) is op \(day(on)) verwijderd wat weg mocht. Wat wij moeten bewaren, staat hieronder.",
          "From \(title) we erased on \(day(on)) what may go. What we must keep is named below.")
        : self(
          "Uw gegevens zijn op \(day(on)) verwijderd uit \(title).",
          "Your data were erased from \(title) on \(day(on)).")
      guard reduced else { return first }
      return first + " "
        + self("Van een deel bleef alleen staan wat nodig is.", "Of some of them only what is needed stays.")
    case .anonymised(let on, let some):
      return self(
        "In \(title) zijn uw gegevens op \(day(on)) geanonimiseerd. Ze staan er nog, maar zonder wat naar u verwijst.",
        "In \(title) your data were anonymised on \(day(on)). They are still there, without what points to you.")
        + (some ? " " + self.some : "")
    case .restricted(let on, let some):
      return self(
        "In \(title) zijn uw gegevens op \(day(on)) buiten gebruik gesteld. Ze staan er nog, alleen voor een beheerder.",
        "In \(title) your data were taken out of use on \(day(on)). They are still there, for an administrator only.")
        + (some ? " " + self.some : "")
    case .nothingFound, .keptOnly, .excepted, .stopped: return nil
    }
  }

  private var some: String { self("Een deel is verwijderd.", "Some were erased.") }

  /// Where nothing was found.
  func notFound(_ fact: LetterFacts.System) -> String? {
    guard fact.done == .nothingFound else { return nil }
    return self(
      "In \(fact.title) hebben wij gezocht en niets van u gevonden.",
      "We searched \(fact.title) and found nothing about you.")
  }

  /// What was not done, and by what decision.
  func exception(_ fact: LetterFacts.System) -> String? {
    switch fact.done {
    case .excepted(let ground):
      fact.terms.map {
        self(
          "In \(fact.title) blijven gegevens staan, omdat een uitzondering geldt: \(exception($0))",
          "In \(fact.title) data stay, because an exception applies: \(exception($0))")
      }
        ?? self(
          "In \(fact.title) blijven gegevens staan, omdat een uitzondering geldt (\(ground)).",
          "In \(fact.title) data stay, because an exception applies (\(ground)).")
    case .stopped:
      self(
        "In \(fact.title) is het werk gestopt; wat er staat, is gebleven.",
        "In \(fact.title) the work was stopped; what is there has stayed.")
    case .erased, .anonymised, .restricted, .nothingFound, .keptOnly: nil
    }
  }

  /// Statute, article, and how long.
  private func exception(_ terms: ExceptionTerms) -> String {
    let article =
      switch terms.ground {
      case .expression: self("artikel 17 lid 3 onder a AVG", "Article 17(3)(a) GDPR")
      case .legalObligation: self("artikel 17 lid 3 onder b AVG", "Article 17(3)(b) GDPR")
      case .publicHealth: self("artikel 17 lid 3 onder c AVG", "Article 17(3)(c) GDPR")
      case .archiving: self("artikel 17 lid 3 onder d AVG", "Article 17(3)(d) GDPR")
      case .legalClaims: self("artikel 17 lid 3 onder e AVG", "Article 17(3)(e) GDPR")
      case .restriction: self("artikel 23 AVG", "Article 23 GDPR")
      }
    let first = "\(terms.citation); \(article)."
    if let until = terms.until {
      return first + " " + self("Dat duurt tot en met \(day(until)).", "It ends after \(day(until)).")
    }
    guard let review = terms.reviewBefore else { return first }
    return first + " "
      + self("Uiterlijk op \(day(review)) kijken wij opnieuw.", "We look at it again by \(day(review)).")
  }

  func measured(_ fact: LetterFacts.Measured) -> String {
    switch fact.measure {
    case .restriction:
      self(
        "Wat er nog van u staat, gebruiken wij sinds \(day(fact.since)) niet meer; wij bewaren het alleen.",
        "What is still there of you has been restricted since \(day(fact.since)): we only store it.")
    case .marketing:
      self(
        "Voor reclame gebruiken wij uw gegevens sinds \(day(fact.since)) niet meer.",
        "We have not used your data for direct marketing since \(day(fact.since)).")
    }
  }

  /// Why a category stays: the reason that Art. 12(4) GDPR asks for.
  func rejected(_ fact: LetterFacts.Rejected) -> String {
    let why =
      switch fact.reason {
      case .stillNecessary:
        self(
          "wij hebben ze nog nodig voor het doel waarvoor wij ze kregen (artikel 17 lid 1 onder a AVG)",
          "we still need them for the purpose for which we got them (Article 17(1)(a) GDPR)")
      case .otherLegalBasis:
        self(
          "wij gebruiken ze op een andere grond dan uw toestemming (artikel 17 lid 1 onder b AVG)",
          "we use them on another ground than your consent (Article 17(1)(b) GDPR)")
      case .overridingGrounds:
        self(
          "onze gerechtvaardigde gronden wegen zwaarder dan uw bezwaar (artikel 17 lid 1 onder c AVG)",
          "our legitimate grounds override your objection (Article 17(1)(c) GDPR)")
      case .processingIsLawful:
        self(
          "wij gebruiken ze rechtmatig (artikel 17 lid 1 onder d AVG)",
          "we use them lawfully (Article 17(1)(d) GDPR)")
      case .noDutyToErase:
        self(
          "geen wet verplicht ons ze te wissen (artikel 17 lid 1 onder e AVG)",
          "no law obliges us to erase them (Article 17(1)(e) GDPR)")
      case .notFromChild:
        self(
          "wij kregen ze niet bij een dienst voor kinderen (artikel 17 lid 1 onder f AVG)",
          "we did not get them through a service offered to children (Article 17(1)(f) GDPR)")
      }
    return self(
      "In \(fact.title) wissen wij de gegevens van de soort \(fact.category) niet: \(why).",
      "In \(fact.title) we do not erase data of the kind \(fact.category): \(why).")
  }

  func leftOut(_ fact: LetterFacts.LeftOut) -> String {
    let number = fact.records
    let what = self(
      number == 1
        ? "In \(fact.title) hebben wij één record laten staan."
        : "In \(fact.title) hebben wij \(number) records laten staan.",
      number == 1 ? "In \(fact.title) we left one record." : "In \(fact.title) we left \(number) records.")
    let why = fact.terms.map {
      self("Daarvoor geldt een uitzondering: \(exception($0))", "An exception applies to this: \(exception($0))")
    }
    return ([what] + why).joined(separator: " ")
  }

  /// A copy that the person asked for.
  func package(_ fact: LetterFacts.Package) -> String {
    let what =
      fact.kind == .access
      ? self("een kopie van uw gegevens (artikel 15 AVG)", "a copy of your data (Article 15 GDPR)")
      : self(
        "de gegevens die u ons had gegeven, om mee te nemen (artikel 20 AVG)",
        "the data that you had provided, to take along (Article 20 GDPR)")
    guard let on = fact.deliveredOn else {
      return self(
        "U hebt niet gekregen: \(what). Bent u het hiermee niet eens? Dan kunt u een klacht indienen bij de Autoriteit Persoonsgegevens of naar de rechter gaan.",
        "You were not given \(what). If you do not agree, you may complain to the Autoriteit Persoonsgegevens or go to court."
      )
    }
    return self("Op \(day(on)) hebt u gekregen: \(what).", "On \(day(on)) you were given \(what).")
  }

  // MARK: Kept data

  func kept(_ fact: KeptDates) -> String {
    let data =
      self("gegevens in ", "data in ") + "\(fact.title) (\(fact.datasets.joined(separator: ", ")))"
    let source = ([fact.citation] + [fact.ground.flatMap(article)].compactMap { $0 }).joined(separator: "; ")
    let days = list(fact.days.map(day))
    if fact.isConditional {
      return self(
        "Wij moeten \(data) bewaren, volgens \(source). Hoe lang weten wij nog niet, omdat de termijn nog niet loopt. Op \(days) kijken wij opnieuw.",
        "We must keep \(data) under \(source). For how long is not known yet, because the period has not begun. We look again on \(days)."
      )
    }
    let isGuideline = fact.ground == .guideline
    guard fact.days.count == 1 else {
      let first =
        isGuideline
        ? self(
          "Wij bewaren \(data), volgens een richtlijn: \(source).", "We keep \(data) under a guideline: \(source).")
        : self("Wij moeten \(data) bewaren, volgens \(source).", "We must keep \(data) under \(source).")
      return first + " "
        + self(
          "Op \(days) verwijderen wij steeds een deel, zonder dat u iets hoeft te doen.",
          "On \(days) we erase a part each time; you need do nothing.")
    }
    let first =
      isGuideline
      ? self(
        "Wij bewaren \(data) tot \(days), volgens een richtlijn: \(source).",
        "We keep \(data) until \(days) under a guideline: \(source).")
      : self(
        "Wij moeten \(data) bewaren tot \(days), volgens \(source).",
        "We must keep \(data) until \(days) under \(source).")
    return first + " "
      + self(
        "Daarna verwijderen wij ze zonder dat u iets hoeft te doen.", "After that we erase them; you need do nothing.")
  }

  /// `a, b en c`.
  private func list(_ texts: [String]) -> String {
    guard let last = texts.last, texts.count > 1 else { return texts.first ?? "" }
    return texts.dropLast().joined(separator: ", ") + self(" en ", " and ") + last
  }

  private func article(_ ground: RetentionGround) -> String? {
    let letter: String? =
      switch ground {
      case .legalObligation: "b"
      case .publicHealth: "c"
      case .archiving: "d"
      case .legalClaims: "e"
      case .guideline: nil
      }
    return letter.map { self("artikel 17 lid 3 onder \($0) AVG", "Article 17(3)(\($0)) GDPR") }
  }

  // MARK: Backups

  func backup(_ fact: LetterFacts.Backup, today: CivilDate) -> String {
    if let gone = fact.goneOn {
      return self(
        "De reservekopieën (\(fact.title)) waarin u kon staan, zijn er niet meer. Dat zagen wij op \(day(gone)).",
        "The backups (\(fact.title)) that could hold you are gone. We saw that on \(day(gone)).")
    }
    if fact.endedUnseen {
      return self(
        "De kopieën (\(fact.title)) waarin u kon staan, liepen tot en met \(day(fact.lastDay)). Dat is zo vastgelegd; zelf gezien hebben wij het niet.",
        "The copies (\(fact.title)) that could hold you ran until \(day(fact.lastDay)). That is laid down; we have not seen it ourselves."
      )
    }
    if fact.isByItself, fact.lastDay >= today {
      return self(
        "De kopieën (\(fact.title)) waarin u kunt staan, vervallen vanzelf, uiterlijk op \(day(fact.lastDay)).",
        "The copies (\(fact.title)) that can hold you end by themselves, on \(day(fact.lastDay)) at the latest.")
    }
    guard fact.lastDay >= today else {
      return self(
        "De reservekopieën (\(fact.title)) liepen tot en met \(day(fact.lastDay)). Dat ze weg zijn, hebben wij nog niet gezien.",
        "The backups (\(fact.title)) ran until \(day(fact.lastDay)). We have not seen yet that they are gone.")
    }
    return self(
      "In onze reservekopieën (\(fact.title)) staan ze nog tot en met \(day(fact.lastDay)).",
      "Our backups (\(fact.title)) still hold them until \(day(fact.lastDay)).")
  }

  /// What is true of all backups that are left.
  var backupsLeft: String {
    self(
      "Tot dan gebruiken wij die alleen om systemen te herstellen na een storing. Zetten wij een reservekopie terug, dan verwijderen wij uw gegevens opnieuw.",
      "Until then we use those only to recover systems after a failure. If we restore a backup, we erase your data again."
    )
  }

  // MARK: Recipients

  func recipient(_ fact: LetterFacts.Recipient) -> String {
    guard let duty = fact.duty else { return ceased(fact) }
    if fact.answer == .notTold {
      return self("\(fact.title) hebben wij niet bericht.", "We did not tell \(fact.title).")
    }
    return asked(fact.title, duty) + " " + answer(fact.answer, duty)
  }

  private func asked(_ title: String, _ duty: LetterDuty) -> String {
    switch duty {
    case .notify:
      self("\(title) hebben wij gevraagd uw gegevens te wissen.", "We asked \(title) to erase your data.")
    case .instruct:
      self("\(title) hebben wij opgedragen uw gegevens te wissen.", "We instructed \(title) to erase your data.")
    case .stopSending:
      self(
        "\(title) hebben wij gevraagd ons uw gegevens niet meer te sturen.",
        "We asked \(title) not to send us your data any more.")
    }
  }

  private func answer(_ answer: LetterFacts.Recipient.Answer, _ duty: LetterDuty) -> String {
    switch answer {
    case .confirmed(let on, let keeps):
      let said =
        duty == .stopSending
        ? self(
          "Op \(day(on)) kregen wij het antwoord dat dat is gedaan.",
          "On \(day(on)) we had the answer that this was done.")
        : self(
          "Op \(day(on)) kregen wij het antwoord dat ze zijn verwijderd.",
          "On \(day(on)) we had the answer that they were erased.")
      guard let keeps else { return said }
      return said + " "
        + self("Een deel wordt daar bewaard tot \(day(keeps)).", "Some are kept there until \(day(keeps)).")
    case .nothingFound(let on):
      return self(
        "Op \(day(on)) kregen wij het antwoord dat daar niets van u is.",
        "On \(day(on)) we had the answer that nothing about you is there.")
    case .told(let on):
      return self(
        "Dat deden wij op \(day(on)). Wij wachten niet op antwoord.", "We did so on \(day(on)). We await no answer.")
    case .silent(let asked):
      return self(
        "Wij kregen geen antwoord. Op \(day(asked)) vroegen wij het voor het laatst.",
        "It did not answer. We asked for the last time on \(day(asked)).")
    case .takenBack:
      return self("Later hebben wij dat ingetrokken.", "Later we took that back.")
    case .notTold, .ceased: return ""
    }
  }

  private func ceased(_ fact: LetterFacts.Recipient) -> String {
    guard case .ceased(let on, let hasSuccessor) = fact.answer else { return "" }
    return self(
      "\(fact.title) bestaat niet meer sinds \(day(on)). ", "\(fact.title) has not existed since \(day(on)). ")
      + (hasSuccessor
        ? self("Wij schreven de opvolger.", "We wrote to its successor.")
        : self("Er is niemand die wij kunnen schrijven.", "There is nobody we can write to."))
  }

  // MARK: Days and remedies

  /// Why the last day of the answer is that day.
  func lastDayReason(_ dates: DueDates) -> String {
    let month = self("één maand na ontvangst (artikel 12 lid 3 AVG)", "one month after receipt (Article 12(3) GDPR)")
    guard dates.statutory != dates.nominal else { return self("dat is \(month)", "that is \(month)") }
    let what: String =
      switch dates.nominal.weekday {
      case .saturday: self("een zaterdag", "a Saturday")
      case .sunday: self("een zondag", "a Sunday")
      case .monday, .tuesday, .wednesday, .thursday, .friday: self("een feestdag", "a public holiday")
      }
    return self(
      "\(month) is \(day(dates.nominal)), \(what); daarom telt de eerste werkdag daarna",
      "\(month) is \(day(dates.nominal)), \(what); so the next working day counts")
  }

  /// Where the person can complain (Art. 77 GDPR).
  var complaint: String {
    self(
      "U kunt een klacht indienen bij de Autoriteit Persoonsgegevens (autoriteitpersoonsgegevens.nl).",
      "You may complain to the Autoriteit Persoonsgegevens (autoriteitpersoonsgegevens.nl).")
  }

  /// The judicial remedy (Art. 79 GDPR).
  var remedy: String {
    self("U kunt ook naar de rechter gaan (artikel 79 AVG).", "You may also go to court (Article 79 GDPR).")
  }
}
