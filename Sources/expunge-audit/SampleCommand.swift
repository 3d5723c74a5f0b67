import ArgumentParser
import ErasureDomain
import EvidenceLog

/// `expunge-audit sample`: request numbers that the auditor draws.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw request numbers with a seed of your own.",
    discussion: """
      Choose the seed after you have the evidence: nobody can have known it, and whoever has it draws the same numbers, with \
      verify.py too. How is in the format document, "A drawn sample".

      EXAMPLE
        expunge-audit sample evidence/ --seed "audit of 3 May, dice 5 2 6" --count 25
      """)

  @Argument(help: ArgumentHelp("A log folder or an auditor's folder.", valueName: "path"))
  var path: String

  @Option(help: ArgumentHelp("Words or numbers of your own, at most 1,024 bytes.", valueName: "text"))
  var seed: String

  @Option(help: ArgumentHelp("How many numbers, at most 10,000.", valueName: "n"))
  var count: Int

  @OptionGroup var period: PeriodOptions

  @Flag(help: "Print them as one line of JSON.")
  var json = false

  func validate() throws {
    guard (1...SampleDraw.most).contains(count) else {
      throw ValidationError("--count is between 1 and \(SampleDraw.most)")
    }
    guard !seed.isEmpty, seed.utf8.count <= SampleDraw.longestSeed, !seed.utf8.contains(0x0A) else {
      throw ValidationError("--seed is one line of at most \(SampleDraw.longestSeed) bytes")
    }
  }

  private struct Drawn: Encodable {
    var seed: String
    var numbers: [Int]
    var of: Int
  }

  func run() throws {
    try EvidencePlace.reading {
      let numbers =
        switch try EvidencePlace(path) {
        case .folder(let source): try source.numbers(from: period.from?.date, until: period.until?.date)
        case .inside(let source): try source.numbers(from: period.from?.date, until: period.until?.date)
        }
      let drawn = SampleDraw.draw(count, of: numbers, seed: seed)
      if json {
        print(
          String(
            decoding: try CanonicalJSON.encode(Drawn(seed: seed, numbers: drawn, of: numbers.count)), as: UTF8.self))
      } else {
        for number in drawn { print(number) }
      }
    }
  }
}
