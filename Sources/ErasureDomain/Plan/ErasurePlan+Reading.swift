// The direct way to read a plan; see `CanonicalReadable`. Members in the order of their keys.

extension ErasurePlan: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    at = try members.read("at")
    coverage = try members.read("coverage")
    decisions = try members.readIfPresent("decisions")
    drafter = try members.read("drafter")
    dueDates = try members.read("dueDates")
    findings = try members.read("findings")
    ground = try members.read("ground")
    jobs = try members.read("jobs")
    log = try members.read("log")
    margin = try members.read("margin")
    plan = try members.read("plan")
    practice = try members.read("practice")
    register = try members.read("register")
    request = try members.read("request")
    v = try members.read("v")
  }
}

extension Margin: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    least = try members.read("least")
    percent = try members.read("percent")
  }
}

extension Coverage: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    try members.leave("ceased")
    jobs = try members.read("jobs")
    notApplicable = try members.readIfPresent("notApplicable")
    role = try members.read("role")
    system = try members.read("system")
    title = try members.read("title")
    ceased = nil
  }
}

extension PlannedJob: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    try members.leave("anonymise")
    concurrency = try members.read("concurrency")
    connector = try members.read("connector")
    contract = try members.readIfPresent("contract")
    counts = try members.read("counts")
    deadline = try members.read("deadline")
    dependsOn = try members.read("dependsOn")
    try members.leave("export")
    followUp = try members.readIfPresent("followUp")
    identifiers = try members.read("identifiers")
    job = try members.read("job")
    leftOut = try members.read("leftOut")
    record = try members.readIfPresent("record")
    role = try members.read("role")
    sideEffects = try members.readIfPresent("sideEffects")
    system = try members.read("system")
    title = try members.read("title")
    verb = try members.read("verb")
    (anonymise, export) = (nil, nil)
  }
}

extension PlannedJob.LeftOut: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    count = try members.read("count")
    dataset = try members.read("dataset")
  }
}

extension Dependency: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    job = try members.read("job")
    kind = try members.read("kind")
  }
}

extension FollowUp: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    citation = try members.readIfPresent("citation")
    conditional = try members.readIfPresent("conditional")
    due = try members.readIfPresent("due")
    dueAt = try members.readIfPresent("dueAt")
    ground = try members.readIfPresent("ground")
    movesTo = try members.readIfPresent("movesTo")
    of = try members.read("of")
    rule = try members.readIfPresent("rule")
  }
}

extension CategoryDecision: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    var members = try CanonicalMembers(of: place)
    by = try members.read("by")
    category = try members.read("category")
    datasets = try members.readIfPresent("datasets")
    ground = try members.read("ground")
    rejected = try members.readIfPresent("rejected")
    system = try members.read("system")
  }
}
