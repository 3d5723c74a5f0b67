import ErasureDomain
import OfficerAPI

/// The dates of a request and its two clocks in words.
enum ClockText {
  /// For a table: the last day in force, and the first one where they differ.
  static func lastDay(_ request: RequestView) -> String {
    let (now, first) = (request.clocks.reply.statutory, request.dueDates.statutory)
    return now == first ? "\(now)" : "\(now) (first \(first))"
  }

  /// One line for each date, with its reason, and one for each clock.
  static func add(to facts: inout FactList, _ request: RequestView) {
    for line in request.clocks.lines where line.name != .workTo {
      facts.add(title(line.name), [line.day?.description, line.why].compactMap { $0 }.joined(separator: ": "))
    }
    facts.add("Reply", words(request.clocks.reply))
    facts.add("Erasure", words(request.clocks.erasure))
  }

  private static func words(_ clock: RequestClocks.Clock) -> String {
    clock.words + (clock.closedOn == nil ? "; due by \(clock.statutory)" : "")
  }

  private static func title(_ name: RequestClocks.Name) -> String {
    switch name {
    case .statutory: "Last day"
    case .workTo: "Work to"
    case .suspended: "Suspended"
    case .suspendedWorkTo: "… work to"
    case .extendable: "Extendable"
    case .extended: "Extended"
    case .extendedWorkTo: "… work to"
    case .refusal: "Refusal"
    }
  }

  static func notes(_ notes: [RequestDetail.Note]) -> String {
    notes.map { note in
      "\n\(note.title) (from the vault)\n"
        + note.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { "  \($0)\n" }.joined()
    }.joined()
  }
}
