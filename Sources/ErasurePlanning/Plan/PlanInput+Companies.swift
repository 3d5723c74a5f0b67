import ErasureDomain

// Companies over time: those that got data once, get some later, or do not exist any more.
extension PlanInput {
  /// What is asked of us in a system when the plan is made; nothing where there is nobody to tell, or nothing to tell.
  func duty(in record: SystemRecord) -> SystemDuty? {
    isRejected(record) ? nil : dutyByRegister(in: record)
  }

  /// The same, whatever was decided about its data.
  func dutyByRegister(in record: SystemRecord) -> SystemDuty? {
    switch cessation(of: record)?.remains {
    case .successor, .nobody: nil
    case .trustee: .byHand
    case nil: hasNoDataYet(record) ? nil : SystemDuty(of: record)
    }
  }

  /// How a company ended, once its day has come.
  func cessation(of record: SystemRecord) -> Cessation? {
    guard let ceased = record.ceased, !isMade(before: ceased.on) else { return nil }
    return ceased
  }

  /// Whether a company gets data from a later day on only.
  func hasNoDataYet(_ record: SystemRecord) -> Bool { record.got?.from.map(isMade(before:)) ?? false }

  /// What the approver should know of a company's job besides, in sentences.
  func remarks(on record: SystemRecord) -> [String] {
    var remarks: [String] = []
    if let until = record.got?.until, !isMade(before: until.adding(days: 1)) {
      let from = record.got?.from.map { " from \($0)" } ?? ""
      remarks.append("gets no data any more; it is told about what it got\(from) until \(until)")
    }
    if let ceased = cessation(of: record), case .trustee(let trustee) = ceased.remains {
      remarks.append("ceased on \(ceased.on); its owner writes to the trustee: \(trustee)")
    }
    for other in applicable {
      guard let ceased = cessation(of: other), ceased.remains == .successor(record.system) else { continue }
      remarks.append("is told for \(other.title) (\(other.system)) too, which ceased on \(ceased.on)")
    }
    return remarks
  }
}
