import ErasureDomain
import OfficerAPI

extension RequestDetail.Removal {
  /// What the jobs of a request say about its end. Nil while something that may go is still in a system of ours, where
  /// something was left out or only taken out of use, and where nothing was found.
  init?(_ jobs: [JobRecord]) {
    let own = jobs.filter { $0.verb == .erase }.map { ($0.settledAt, Removed($0.state)) }
    guard own.allSatisfy({ $0.1 != .no }), let last = own.filter({ $0.1 == .yes }).compactMap(\.0).max() else {
      return nil
    }
    let until = jobs.compactMap { job -> CivilDate? in
      if case .settled(.expiryTagged(let day, _, _)) = job.state { day } else { nil }
    }.max()
    let ends = jobs.filter { $0.verb == .confirmExpiry }
    let unseen = ends.filter(\.endedUnseen)
    let looks = ends.filter { !$0.endedUnseen }
    let isGone = !looks.isEmpty && looks.allSatisfy { Removed($0.state) != .no }
    self.init(
      removedAt: last, lastBackup: until, backupsGoneAt: isGone ? looks.compactMap(\.settledAt).max() : nil,
      endedUnseen: unseen.count, lingering: looks.contains(where: \.lingers))
  }

  private enum Removed {
    case yes, nothingThere, no

    init(_ state: ErasureJob.State) {
      guard case .settled(let outcome) = state else {
        self = .no
        return
      }
      switch outcome {
      case .erased, .anonymised: self = .yes
      case .nothingFound: self = .nothingThere
      case .restricted, .notified, .unconfirmed, .expiryTagged, .exported, .excepted, .cancelled: self = .no
      }
    }
  }
}

extension JobRecord {
  /// Whether it is over as a setting or two people say, and not because we looked.
  fileprivate var endedUnseen: Bool {
    guard case .settled(let outcome) = state else { return false }
    return outcome.word == "unconfirmed" || outcome.seen == .attestation
  }

  /// Whether a person must say what to do about a copy; one that two people are to look after does not linger yet.
  fileprivate var lingers: Bool {
    if case .awaitingOfficer(let question) = state, question.code == .manualTask { return false }
    return waitsForPerson
  }
}
