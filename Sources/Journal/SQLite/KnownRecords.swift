import Synchronization

/// Records that were read or written lately, by the text they are stored as, so that one text is decoded once.
///
/// A record follows from its text alone, so a reader never gets another one than its own view of the database holds.
final class KnownRecords: Sendable {
  /// The most records that are kept: twice this number.
  static let generation = 1_024

  /// A text that is equal to another one when its bytes are.
  private struct Text: Hashable {
    let text: String

    static func == (left: Text, right: Text) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    func hash(into hasher: inout Hasher) { text.hash(into: &hasher) }
  }

  private struct State {
    /// Those of the last time, and those before; what is used again stays.
    var young: [Text: any Sendable] = [:]
    var old: [Text: any Sendable] = [:]
  }

  private let state = Mutex(State())

  /// The record that was decoded from a text or written as it.
  func record<Record: Sendable>(_ type: Record.Type, _ text: String) -> Record? {
    let key = Text(text: text)
    return state.withLock { state in
      if let record = state.young[key] as? Record { return record }
      guard let record = state.old[key] as? Record else { return nil }
      Self.keep(record, key, in: &state)
      return record
    }
  }

  func keep<Record: Sendable>(_ record: Record, as text: String) {
    state.withLock { state in Self.keep(record, Text(text: text), in: &state) }
  }

  private static func keep(_ record: any Sendable, _ key: Text, in state: inout State) {
    if state.young.count >= generation {
      state.old = state.young
      state.young = [:]
    }
    state.young[key] = record
  }
}
