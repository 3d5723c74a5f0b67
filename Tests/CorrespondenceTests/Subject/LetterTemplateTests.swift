import ConnectorKit
import Correspondence
import ErasureDomain
import Testing

/// Templates of a company.
struct `Templates of letters` {
  private static let refusal = """
    subject: About {request}

    {reason}
    {complaint} {remedy}
    {request}

    """

  private func fault(_ text: String, _ name: String = "refusal-en.txt") -> String {
    do {
      _ = try LetterTemplates(files: [name: text])
      return "none"
    } catch { return error.description }
  }

  @Test func `a company's file takes the place of ours`() throws {
    let scene = try LetterScene(.refused(ground: "unfounded"))
    let templates = try LetterTemplates(files: ["refusal-en.txt": Self.refusal])
    let facts = try scene.facts(LetterFacts.Texts(reason: "we know nobody of that name"))
    let letter = try SubjectLetter(templates.template(.refusal, .english), facts)
    #expect(letter.subject == "About \(scene.request)")
    #expect(letter.text.hasPrefix("we know nobody of that name\nYou may complain to the Autoriteit Persoonsgegevens"))
    #expect(try SubjectLetter(templates.template(.refusal, .dutch), facts).text.contains("naar de rechter"))
  }

  /// Requirement A7: without one of its three elements there is no refusal.
  @Test(arguments: ["reason", "complaint", "remedy"])
  func `a refusal without one of its three elements is no template`(element: String) {
    let text = Self.refusal.replacing("{\(element)}", with: "")
    #expect(fault(text).hasPrefix("refusal-en.txt: {\(element)} is missing"))
  }

  @Test func `each fault names file and line, and what to do`() {
    let base = Self.refusal
    #expect(
      fault("Dear Sir\n")
        == "refusal-en.txt:1: the first line is no subject; write `subject: ` and what the letter is about, without the person"
    )
    #expect(
      fault(base + "{nmae}\n").hasPrefix("refusal-en.txt:6: there is no {nmae}; known are complaint, organisation"))
    #expect(fault(base + "{code}\n").contains(":6: a letter of kind refusal does not know {code}"))
    #expect(fault(base + "open { brace\n").contains(":6: a brace is not closed"))
    #expect(fault(base + "[name]\n").contains(":6: there is no section [name]"))
    #expect(fault(base + "[kept]\n").contains(":6: the section [kept] is not closed"))
    #expect(fault(base + "[/kept]\n").contains(":6: [/kept] closes a section that is not open"))
    #expect(
      fault(base.replacing("About {request}", with: "About {reason}")).contains(
        ":1: {reason} does not belong into a subject"))
    #expect(fault(base, "refusal-de.txt").hasPrefix("refusal-de.txt: no letter has a template of this name"))
    #expect(fault(base + String(repeating: "x", count: 70_000)).contains("is larger than"))
  }

  @Test func `what may be left out cannot hold what must be said`() {
    let hidden = """
      subject: About {request}

      [backups]
      {request}
      {backups}
      [/backups]
      {systems}
      {not-found}
      {kept}
      {exceptions}
      {recipients}
      {code}
      """
    #expect(fault(hidden, "completion-en.txt").hasPrefix("completion-en.txt: {request} is missing outside of"))
    let crossed = hidden.replacing("[/backups]\n{systems}", with: "{systems}\n[/backups]")
    #expect(fault(crossed, "completion-en.txt").contains(":6: {systems} stands in the section [backups]"))
    #expect(
      fault(hidden.replacing("{systems}", with: "Here: {systems}"), "completion-en.txt").contains(
        "is a list; give it a line"))
    #expect(fault(hidden + "\n{request}\n", "completion-en.txt") == "none")
  }
}
