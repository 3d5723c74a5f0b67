// The direct way to read facts of the streams of a request, a plan and the log; see `CanonicalReadable`. Members in the order
// of their keys.

extension RequestReceived: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    try members.leave("again")
    capacities = try members.read("capacities")
    channel = try members.read("channel")
    commitment = try members.read("commitment")
    dueDates = try members.read("dueDates")
    identifierKinds = try members.read("identifierKinds")
    language = try members.readIfPresent("language")
    number = try members.read("number")
    receivedAt = try members.read("receivedAt")
    receivedOn = try members.read("receivedOn")
    try members.leave("requester")
    rights = try members.readIfPresent("rights")
    (again, requester) = (nil, nil)
  }
}

extension DueDates: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    extended = try members.read("extended")
    nominal = try members.read("nominal")
    received = try members.read("received")
    ruleSet = try members.read("ruleSet")
    statutory = try members.read("statutory")
    workTo = try members.read("workTo")
  }
}

extension RequestConfirmed: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    ground = try members.read("ground")
    method = try members.read("method")
  }
}

extension RequestRefused: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    ground = try members.read("ground")
  }
}

extension RequestWithdrawn: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) { self.init() }
}

extension RequestClosed: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) { self.init() }
}

extension LookupMade: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    columns = try members.readIfPresent("columns")
    purpose = try members.read("purpose")
    systems = try members.read("systems")
    uncovered = try members.readIfPresent("uncovered")
    unread = try members.readIfPresent("unread")
  }
}

extension LastLook: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    at = try members.read("at")
    remaining = try members.read("remaining")
    systems = try members.read("systems")
  }
}

extension RegisterSince: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    inForce = try members.read("inForce")
    systems = try members.read("systems")
    times = try members.read("times")
  }
}

extension RequestConcluded: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    entries = try members.read("entries")
    entriesRoot = try members.read("entriesRoot")
    looks = try members.read("looks")
    register = try members.readIfPresent("register")
    report = try members.read("report")
    reportFormat = try members.read("reportFormat")
  }
}

extension RequestEnded: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    entries = try members.read("entries")
    entriesRoot = try members.read("entriesRoot")
    register = try members.readIfPresent("register")
    report = try members.read("report")
    reportFormat = try members.read("reportFormat")
  }
}

extension SubjectInformed: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    channel = try members.read("channel")
    on = try members.read("on")
  }
}

extension VaultDestroyed: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    items = try members.read("items")
  }
}

extension LetterSent: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    channel = try members.read("channel")
    language = try members.read("language")
    letter = try members.read("letter")
    mac = try members.read("mac")
    on = try members.read("on")
    proof = try members.read("proof")
    queue = try members.readIfPresent("queue")
  }
}

extension DaemonStarted: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    lost = try members.read("lost")
    practice = try members.read("practice")
    version = try members.read("version")
  }
}

extension DaemonStopped: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) { self.init() }
}

extension PlanProposed: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    digest = try members.read("digest")
    findings = try members.read("findings")
    jobs = try members.read("jobs")
    nonce = try members.read("nonce")
    searched = try members.read("searched")
    startBefore = try members.read("startBefore")
  }
}

extension PlanApproved: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    approval = try members.read("approval")
    digest = try members.read("digest")
    enough = try members.read("enough")
    standing = try members.readIfPresent("standing")
    waitUntil = try members.readIfPresent("waitUntil")
  }
}

extension Approval: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    by = try members.read("by")
    keyFingerprint = try members.read("keyFingerprint")
    signature = try members.read("signature")
    text = try members.read("text")
  }
}

extension PlanConcluded: ReadableFacts {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    look = try members.read("look")
  }
}
