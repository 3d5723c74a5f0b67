import ErasureDomain

extension Explanation {
  /// As text, for a terminal.
  public var text: String {
    var text = ["Request \(number) (\(request)): \(state)", ""]
    text.append("This was read from the evidence and not verified: run expunge-audit verify first.")
    text += ["", "What happened (UTC; u-… are people of the organisation)"]
    for line in lines {
      let who = line.by.map { "\($0) " } ?? ""
      let job = line.job.map { "[\($0)] " } ?? ""
      text.append("  \(line.at)  entry \(line.entry)  \(who)\(job)\(line.words)")
    }
    text += ["", "How its jobs stand (who vouches / what was seen, never added together)"]
    if jobs.isEmpty { text.append("  no plan was approved, so nothing was done in any system") }
    for job in jobs {
      let proof =
        job.voucher.map { " (\($0) / \(job.seen ?? ""))" } ?? (job.outcome == "open" ? "" : " (nobody vouches)")
      let attempts = job.attempts == 1 ? "1 attempt" : "\(job.attempts) attempts"
      text.append("  \(job.system), \(job.verb): \(job.outcome)\(proof), \(attempts)")
      text += job.details.map { "      \($0)" }
    }
    text += section("Still open", open, none: "nothing")
    text += section("What this cannot say", cannotSay, none: "nothing")
    return text.joined(separator: "\n") + "\n"
  }

  private func section(_ title: String, _ lines: [String], none: String) -> [String] {
    ["", title] + (lines.isEmpty ? [none] : lines).map { "  - \($0)" }
  }

  /// The form of `page`; a changed form gets a new number.
  static let form = 1

  private static let formWords = "Form of this page: "

  /// The form that a page says it has; nothing for another page.
  static func form(of page: [UInt8]) -> Int? {
    guard let found = page.firstRange(of: Array(formWords.utf8)) else { return nil }
    return Lines.number(page[found.upperBound...].prefix { (0x30...0x39).contains($0) }).map { Int(clamping: $0) }
  }

  /// `index.html` of a bundle: the same, as one page without scripts.
  public var page: [UInt8] {
    DossierPage(
      title: "Evidence about request \(number), \(request)",
      opening: [
        .words("What this does not show:"), .list(cannotSay),
        .words(
          "This page proves nothing by itself: it was made from the entries beside it, and a verifier makes it again. Check the "
            + "folder first; README.txt has the commands. \(Self.formWords)\(Self.form)."),
      ],
      sections: [
        .init(
          "How its jobs stand",
          [
            .words("The request is \(state). Who vouches and what was seen are two columns, never added together."),
            jobs.isEmpty
              ? .words("No plan was approved, so nothing was done in any system.")
              : .table(
                ["System", "Job", "Outcome", "Who vouches", "What was seen", "Attempts", "Details"],
                jobs.map {
                  [
                    $0.system, $0.verb, $0.outcome, $0.voucher ?? "nobody", $0.seen ?? "nothing", "\($0.attempts)",
                    $0.details.joined(separator: "; "),
                  ]
                }),
          ]), .init("Still open", [open.isEmpty ? .words("Nothing.") : .list(open)]),
        .init(
          "What happened",
          [
            .words("Times are UTC; u-… are people of the organisation."),
            .table(
              ["Entry", "At", "Who", "Job", "What"],
              lines.map { ["\($0.entry)", "\($0.at)", $0.by ?? "the daemon", $0.job ?? "", $0.words] }),
          ]),
      ]
    ).html
  }

  /// The same as one line of JSON.
  public func json() throws -> String {
    let wire = Wire(
      verified: false, request: request, number: number, state: state, lines: lines, jobs: jobs, open: open,
      cannotSay: cannotSay)
    return String(decoding: try CanonicalJSON.encode(wire), as: UTF8.self)
  }

  private struct Wire: Encodable {
    var verified: Bool
    var request: String
    var number: Int
    var state: String
    var lines: [Line]
    var jobs: [Job]
    var open: [String]
    var cannotSay: [String]
  }
}
