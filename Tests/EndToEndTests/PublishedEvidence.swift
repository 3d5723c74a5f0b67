import ErasureDomain
import EvidenceLog
import Foundation

/// The entries of a published log folder.
struct PublishedEvidence {
  let entries: [EvidenceEntry]

  /// Empty when nothing was published yet.
  init(folder: String) throws {
    guard let note = FileManager.default.contents(atPath: folder + "/checkpoint") else {
      entries = []
      return
    }
    let checkpoint = try Checkpoint(parsing: SignedNote(parsing: Array(note)).text)
    var found: [EvidenceEntry] = []
    for tile in Tile.covering(size: checkpoint.size) where tile.kind == .entries {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + tile.path)))
      for entry in try EntryBundle.decode(bytes, count: tile.width) { found.append(try EvidenceEntry(decoding: entry)) }
    }
    entries = found
  }

  func entries(_ kind: String) -> [EvidenceEntry] { entries.filter { $0.kind.rawValue == kind } }

  /// How often each job was settled.
  var settlements: [String: Int] {
    entries("job.settled").reduce(into: [:]) { $0[$1.subject.job?.text ?? "", default: 0] += 1 }
  }

  /// Rows that went or were reduced, by dataset, as all receipts of own systems together say.
  func erasedRows(datasets: Set<String>) -> [String: Int] {
    var rows: [String: Int] = [:]
    for entry in entries("job.settled") {
      for effect in entry.facts["outcome"]?["receipt"]?["effects"]?.array ?? [] {
        guard let dataset = effect["dataset"]?.string, datasets.contains(dataset) else { continue }
        rows[dataset, default: 0] += Int((effect["erased"]?.integer ?? 0) + (effect["reduced"]?.integer ?? 0))
      }
    }
    return rows
  }

  /// An attempt that a crash cut off, and the seconds from the next starts of the daemon to the job's next attempt.
  struct Interruption {
    var job: String
    /// Starts of the daemon until the job was taken up again.
    var starts: Int
    /// From the last of these starts; nothing when it never was.
    var seconds: Int64?
  }

  /// Every attempt that was found cut off at a start of the daemon. Moves of the calendar do not count as time.
  var interruptions: [Interruption] {
    var done: [Interruption] = []
    var open: [String: Interruption] = [:]
    var moved: Int64 = 0
    var started: Int64 = 0
    for entry in entries {
      let now = entry.at.secondsSince1970 - moved
      let job = entry.subject.job?.text ?? ""
      switch entry.kind.rawValue {
      case "clock.stepped": moved += entry.facts["seconds"]?.integer ?? 0
      case "attempt.ended" where entry.facts["end"]?.string == "lost" && entry.facts["retryAt"] == nil:
        open[job] = Interruption(job: job, starts: 0)
      case "daemon.started":
        started = now
        for job in open.keys { open[job]?.starts += 1 }
      case "attempt.started":
        guard var interruption = open.removeValue(forKey: job) else { continue }
        interruption.seconds = now - started
        done.append(interruption)
      default: continue
      }
    }
    return done + open.values
  }
}
