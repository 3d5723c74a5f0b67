/// The facts of one kind of entry. Their names must not be those of the entry's own header.
public protocol EntryFacts: Codable, Sendable, Hashable {
  static var kind: EntryKind { get }
}

/// Facts that were read with their entry. An object, so that their type is asked for without a search.
protocol ReadFacts: AnyObject, Sendable {
  /// The same as a tree.
  var tree: [String: CanonicalJSON]? { get }
}

final class FactsRead<Facts: EntryFacts>: ReadFacts {
  let facts: Facts

  init(_ facts: Facts) { self.facts = facts }

  var tree: [String: CanonicalJSON]? {
    // What was read from canonical JSON can be written in it.
    do { return try CanonicalJSON.tree(of: facts).object } catch { return nil }
  }
}

/// Facts of the kinds that a log is full of.
protocol ReadableFacts: EntryFacts, CanonicalReadable {
  /// The facts in an entry; nothing where they do not read in the direct way.
  static func facts(at place: CanonicalPlace) -> (any ReadFacts)?
}

extension ReadableFacts {
  static func facts(at place: CanonicalPlace) -> (any ReadFacts)? {
    do { return FactsRead(try Self(reading: place)) } catch { return nil }
  }
}

/// Types of facts by the words of their kinds, found without making a text of a word.
public struct EntryTypes: Sendable {
  struct Known: Sendable {
    let kind: EntryKind
    let type: any EntryFacts.Type
    /// The direct way, where the type has one.
    let readable: (any ReadableFacts.Type)?

    /// The facts in an entry; nothing where they do not read.
    func read(from tape: CanonicalJSONTape) -> (any ReadFacts)? {
      if let readable, let facts = tape.withPlace({ readable.facts(at: $0) }) { return facts }
      let known = type
      return Self.decode(known, tape)
    }

    private static func decode<Facts: EntryFacts>(
      _ type: Facts.Type, _ tape: CanonicalJSONTape
    ) -> (any ReadFacts)? {
      do { return FactsRead(try CanonicalJSON.decode(type, from: tape)) } catch { return nil }
    }
  }

  private var byCode: [UInt64: Known] = [:]

  /// These types; each has a kind of its own.
  public init(_ types: [any EntryFacts.Type]) {
    for type in types {
      let code = EntryKind.code(of: type.kind.rawValue.utf8)
      precondition(byCode[code] == nil, "two types of facts have the kind \(type.kind), or its code")
      byCode[code] = Known(kind: type.kind, type: type, readable: type as? any ReadableFacts.Type)
    }
  }

  /// The type of a kind's facts.
  public subscript(kind: EntryKind) -> (any EntryFacts.Type)? {
    byCode[EntryKind.code(of: kind.rawValue.utf8)].flatMap { $0.kind == kind ? $0.type : nil }
  }

  func find(_ word: UnsafeBufferPointer<UInt8>) -> Known? {
    byCode[EntryKind.code(of: word)].flatMap { $0.kind.rawValue.utf8.elementsEqual(word) ? $0 : nil }
  }
}
