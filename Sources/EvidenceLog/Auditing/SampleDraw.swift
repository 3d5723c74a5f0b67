import Crypto

/// A sample that the auditor draws: the daemon cannot know it before, and whoever has the seed can draw it again.
///
/// Request numbers are ordered by SHA-256 of `expunged-sample/1`, the seed and the number, and the first are taken
/// (FORMAT.md, "A drawn sample").
public enum SampleDraw {
  /// The most bytes of a seed.
  public static let longestSeed = 1_024
  /// The most numbers of one sample.
  public static let most = 10_000

  private struct Ticket: Comparable {
    let hash: [UInt8]
    let number: Int

    static func < (left: Ticket, right: Ticket) -> Bool {
      left.hash == right.hash ? left.number < right.number : left.hash.lexicographicallyPrecedes(right.hash)
    }
  }

  /// The drawn numbers, smallest first; all of them where there are no more than `count`.
  public static func draw(_ count: Int, of numbers: some Sequence<Int>, seed: String) -> [Int] {
    let start = Array("expunged-sample/1\n\(seed)\n".utf8)
    var drawn: [Ticket] = []
    // The bound of those taken so far keeps the list short however many numbers there are.
    for number in numbers {
      let ticket = Ticket(hash: SHA256.digest(of: start + Array("\(number)\n".utf8)), number: number)
      if drawn.count == count, let last = drawn.last, last < ticket { continue }
      let place = drawn.firstIndex { ticket < $0 } ?? drawn.count
      drawn.insert(ticket, at: place)
      if drawn.count > count { drawn.removeLast() }
    }
    return drawn.map(\.number).sorted()
  }
}
