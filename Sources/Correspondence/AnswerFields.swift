import ErasureDomain

import ConnectorKit

/// The fields of the form, with what was filled in and what is wrong beside each.
struct AnswerFields {
  let letter: RecipientLetter
  let form: AnswerForm
  let words: LetterWords

  var html: HTML {
    """
    <fieldset><legend>\(words("Wat hebt u gedaan?", "What did you do?"))</legend>\(fault(.said))
    \(LetterAnswer.Said.allCases.map { choice(.said, $0.rawValue, words.answer($0, letter.duty)) })
    \(input(.records, "number", words("Aantal records (mag leeg blijven)", "Number of records (may stay empty)"), "min=\"0\""))
    </fieldset>
    <fieldset><legend>\(words("Alleen als een deel blijft", "Only if some stays"))</legend>
    \(input(.category, "text", words("Welke gegevens", "Which data"), "maxlength=\"200\""))
    \(select)
    <label for="text">\(words("Toelichting, met wet en artikel", "Explanation, with statute and article"))</label>\(fault(.text))
    <textarea id="text" name="text" maxlength="2000">\("\n" as HTML)\(value(.text))</textarea>
    \(input(.until, "date", words("Tot en met welke dag", "Until which day"), ""))
    </fieldset>
    \(chain)
    <fieldset><legend>\(words("Wie antwoordt", "Who answers"))</legend>
    \(input(.name, "text", words("Naam", "Name"), "maxlength=\"200\" autocomplete=\"name\""))
    \(input(.date, "date", words("Datum", "Date"), ""))
    </fieldset>
    """
  }

  private var chain: HTML {
    guard letter.duty == .instruct else { return "" }
    return """
      <fieldset><legend>\(words("Subverwerkers", "Sub-processors"))</legend>\(fault(.chain))
      \(choice(.chain, LetterAnswer.SubProcessors.included.rawValue, words("Onze subverwerkers hebben hetzelfde gedaan", "Our sub-processors have done the same")))
      \(choice(.chain, LetterAnswer.SubProcessors.none.rawValue, words("Wij hebben geen subverwerkers voor deze gegevens", "We have no sub-processors for these data")))
      </fieldset>
      """
  }

  private var select: HTML {
    let options = LetterAnswer.Basis.allCases.map { basis -> HTML in
      let mark: HTML = value(.basis) == basis.rawValue ? " selected" : ""
      return "<option value=\"\(basis.rawValue)\"\(mark)>\(words.basis(basis))</option>"
    }
    return """
      <label for="basis">\(words("Wettelijke grond", "Legal ground"))</label>\(fault(.basis))
      <select id="basis" name="basis"><option value="">–</option>\(options)</select>
      """
  }

  private func value(_ field: AnswerForm.Field) -> String { form.values[field] ?? "" }

  private func choice(_ field: AnswerForm.Field, _ word: String, _ label: String) -> HTML {
    let mark: HTML = value(field) == word ? " checked" : ""
    return
      "<label class=\"choice\"><input type=\"radio\" name=\"\(field.rawValue)\" value=\"\(word)\"\(mark)>\(label)</label>"
  }

  private func input(_ field: AnswerForm.Field, _ type: String, _ label: String, _ more: HTML) -> HTML {
    """
    <label for="\(field.rawValue)">\(label)</label>\(fault(field))
    <input id="\(field.rawValue)" name="\(field.rawValue)" type="\(type)" value="\(value(field))" \(more)>
    """
  }

  private func fault(_ field: AnswerForm.Field) -> HTML {
    guard let fault = form.faults[field] else { return "" }
    let text =
      switch fault {
      case .missing: words("Vul dit in.", "Please fill this in.")
      case .unreadable:
        words("Dit is niet te lezen; schrijf een dag als 2026-03-31.", "This does not read; write a day as 2026-03-31.")
      case .tooLong: words("Dit is te lang.", "This is too long.")
      case .past: words("Deze dag is al voorbij.", "This day has passed.")
      case .future: words("Deze dag moet nog komen.", "This day has not come.")
      }
    let shown =
      fault == .unreadable && field == .records ? words("Schrijf een geheel getal.", "Write a whole number.") : text
    return "<p class=\"fault\">\(shown)</p>"
  }
}
