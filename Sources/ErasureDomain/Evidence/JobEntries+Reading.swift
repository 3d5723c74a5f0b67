// The direct way to read facts of a job's stream; see `CanonicalReadable`. Members in the order of their keys.

extension AttemptStarted: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    attempt = try members.read("attempt")
    digest = try members.read("digest")
    epoch = try members.read("epoch")
  }
}

extension AttemptPrepared: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    earlier = try members.readIfPresent("earlier")
    effects = try members.read("effects")
    epoch = try members.read("epoch")
    tags = try members.read("tags")
    transaction = try members.readIfPresent("transaction")
  }
}

extension AttemptEnded: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    checkAt = try members.readIfPresent("checkAt")
    code = try members.readIfPresent("code")
    end = try members.read("end")
    epoch = try members.read("epoch")
    question = try members.readIfPresent("question")
    retryAt = try members.readIfPresent("retryAt")
  }
}

extension Question: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    approved = try members.readIfPresent("approved")
    code = try members.read("code")
    detail = try members.readIfPresent("detail")
    found = try members.readIfPresent("found")
    proposed = try members.readIfPresent("proposed")
  }
}

extension ReceiptKept: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    epoch = try members.read("epoch")
    key = try members.read("key")
    receipt = try members.read("receipt")
  }
}

extension JobSettled: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    outcome = try members.read("outcome")
  }
}

extension TagsWritten: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    count = try members.read("count")
    epoch = try members.read("epoch")
    expires = try members.read("expires")
    system = try members.read("system")
  }
}

extension CopyExpired: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    sets = try members.read("sets")
    system = try members.read("system")
  }
}

// What outcomes and prepared effects consist of.

extension JobOutcome: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    guard let word = members.find("outcome") else { throw NotRead() }
    // `Decodable` reads every member of the wire, and refuses one of another form that this outcome does not use.
    switch try String(reading: word) {
    case "erased": self = .erased(try Self.receipt(&members))
    case "nothing-found": self = .nothingFound(try Self.receipt(&members))
    case "anonymised": self = .anonymised(try Self.receipt(&members))
    case "restricted": self = .restricted(try Self.receipt(&members))
    case "expiry-tagged":
      for other in ["ground", "lastAsked", "reason", "receipt", "voucher", "waived"] as [StaticString] {
        try members.leave(other)
      }
      let seen: WhatWasSeen? = try members.readIfPresent("seen")
      self = .expiryTagged(
        until: try members.read("until"), untilAt: try members.read("untilAt"), seen: seen ?? .listing)
    default: throw NotRead()
    }
  }

  private static func receipt(_ members: inout CanonicalMembers) throws(NotRead) -> ErasureReceipt {
    let receipt: ErasureReceipt = try members.read("receipt")
    for other in ["seen", "until", "untilAt", "voucher", "waived", "ground", "lastAsked", "reason"] as [StaticString] {
      try members.leave(other)
    }
    return receipt
  }
}

extension ErasureReceipt: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    let effects: [EffectCount] = try members.read("effects")
    let verification: Verification = try members.read("verification")
    do { try self.init(verification: verification, effects: effects) } catch { throw NotRead() }
  }
}

extension Verification: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    kept = try members.read("kept")
    path = try members.read("path")
    remaining = try members.read("remaining")
    seen = try members.read("seen")
    storage = try members.readIfPresent("storage")
    voucher = try members.read("voucher")
  }
}

extension StorageProof: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    checks = try members.readIfPresent("checks")
    level = try members.read("level")
    reason = try members.readIfPresent("reason")
  }
}

extension EffectCount: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    anonymised = try members.readIfPresent("anonymised")
    approved = try members.read("approved")
    dataset = try members.read("dataset")
    erased = try members.read("erased")
    found = try members.read("found")
    isUncertain = try members.readIfPresent("isUncertain")
    kept = try members.read("kept")
    minimised = try members.readIfPresent("minimised")
    reduced = try members.read("reduced")
    restricted = try members.readIfPresent("restricted")
  }
}

extension DatasetCount: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    anonymised = try members.readIfPresent("anonymised")
    dataset = try members.read("dataset")
    erase = try members.read("erase")
    isRoot = try members.read("isRoot")
    kept = try members.read("kept")
    minimised = try members.readIfPresent("minimised")
    reduce = try members.read("reduce")
    restricted = try members.readIfPresent("restricted")
  }
}

extension KeptCount: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    conditional = try members.readIfPresent("conditional")
    count = try members.read("count")
    rule = try members.read("rule")
    until = try members.read("until")
  }
}
