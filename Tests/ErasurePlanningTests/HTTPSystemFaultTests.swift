import ErasureDomain
import Testing

@testable import ErasurePlanning

/// Everything that can be wrong in a file of the catalogue is said with its line, and what is allowed.
@Suite struct HTTPSystemFaultTests {
  static let good = """
    http-system: 1
    name: desk
    run-against-vendor: false
    sources: [the vendor's pages]
    base: https://{setting.sub}.example.com
    auth: {bearer: "{secret.token}"}
    limits: {rate: 100/minute, timeout: 20s}
    control: {get: /me}
    locate:
      user:
        get: /users
        query: {q: "{subject.email}"}
        items: users
        keep: {email: "{subject.email}"}
        key: [id, list]
        next: {link: next_page}
        at-most: 3
        yields: {customer-no: number}
        review: {get: "/users/{user.id}", fields: [name]}
      note:
        for: user
        post: "/notes"
        json: {filter: "owner eq '{user.id|odata}'", page: 0}
        items: notes
        next: {cursor: next, send-as: json.page}
    erase:
      - for: note
        first: [{post: /jobs, take: {job: id}}]
        put: "/jobs/{taken.job}"
        csv: [[Id], ["{note.id}"]]
        done: [204]
        level: hard
      - {for: user, delete: "/users/{user.list}/{user.id}", done: [200, {status: 202, has: [ok]}], gone: [404], level: soft}
    verify:
      - {for: note, get: "/notes/{note.id}", erased-when: [404]}
      - {for: user, get: "/users/{user.id}", erased-when: [{status: 200, is: {active: false}, empty: [name]}], within: 30d,
         every: 12h}
    effects: [Something else.]

    """

  static func read(_ text: String) -> (value: HTTPSystemDescription?, faults: [RegisterFault]) {
    HTTPSystemReader.read(RegisterFile(path: "catalogue/desk.yaml", text: text))
  }

  @Test func `the good file is good, and says what it says`() throws {
    let (value, faults) = Self.read(Self.good)
    #expect(faults.isEmpty)
    let desk = try #require(value)
    #expect(desk.rate == RequestRate(requests: 100, seconds: 60) && desk.timeoutSeconds == 20)
    #expect(desk.settingNames == ["sub"] && desk.secretNames == ["token"])
    #expect(desk.level(of: "user") == .soft && desk.level(of: "note") == .hard)
    #expect(desk.looks[1].withinSeconds == 2_592_000 && desk.looks[1].everySeconds == 43_200)
    #expect(desk.locators.map(\.kind) == [.email, nil])
    #expect(
      desk.datasets.map { [$0.name, $0.suffices.map(\.rawValue).joined(), $0.yields.map(\.kind.rawValue).joined()] }
        == [["user", "email", "customer-no"], ["note", "", ""]])
    #expect(desk.datasets[1].belongsTo.map(\.dataset) == ["user"])
  }

  @Test func `a description is read back from the register's own bytes`() throws {
    let desk = try #require(Self.read(Self.good).value)
    #expect(try CanonicalJSON.decode(HTTPSystemDescription.self, from: CanonicalJSON.encode(desk)) == desk)
  }

  static let cases: [FaultCase] = [
    FaultCase("http-system: 1", "http-system: 2", "1: \"http-system\" must be a whole number: 1"),
    FaultCase("name: desk", "name: help", "2: \"name\" is \"help\" and the file is desk.yaml; give both one name"),
    FaultCase(
      "effects:", "effect:",
      "38: unknown key \"effect\" in the description; allowed: http-system, name, run-against-vendor, sources, base, auth, "
        + "limits, control, locate, erase, verify, effects"),
    FaultCase("sources: [the vendor's pages]", "sources: []", "4: \"sources\" is empty; write at least one text"),
    FaultCase(
      "run-against-vendor: false\n", "",
      "1: the description lacks \"run-against-vendor\"; write true only if it has been run against the vendor's own service"
    ),
    FaultCase(
      "https://{setting.sub}.example.com", "ftp://x",
      "5: \"base\" is no URL; write https://.. without a slash at its end, or \"{setting.url}\""),
    FaultCase(
      "{setting.sub}", "{setting.secrets}",
      "5: \"base\" uses the setting \"secrets\", whose name is taken; give it another name"),
    FaultCase("{setting.sub}", "{secret.sub}", "5: \"base\" uses a secret; secrets stand under auth only"),
    FaultCase(
      "{bearer: \"{secret.token}\"}", "{bearer: a, basic: {user: u, password: p}}",
      "6: \"auth\" must name exactly one way: basic, bearer, header, oauth2, session"),
    FaultCase(
      "{bearer: \"{secret.token}\"}", "{oauth2: {client-id: c, client-secret: s}}",
      "6: \"oauth2\" lacks \"token-url\"; write the URL that gives tokens"),
    FaultCase("100/minute", "100/month", "7: \"rate\" is \"100/month\"; write 100/minute, 10/second or 100/10s"),
    FaultCase("20s", "20", "7: \"timeout\" is a number; put it in quotes to make it a text"),
    FaultCase("20s", "20m", "7: \"timeout\" is \"20m\"; write 30s, 15m, 12h or 30d, at most 300 seconds"),
    FaultCase(
      "control: {get: /me}", "control: {get: /me, post: /me}",
      "8: \"control\" has several requests; write one of get, post, put, patch, delete, report, propfind with a path"),
    FaultCase(
      "control: {get: /me}", "control: {get: /me?limit=1}",
      "8: \"get\" has a query; write it under query: {name: value}"),
    FaultCase(
      "control: {get: /me}", "control: {get: me}",
      "8: \"get\" does not begin with a slash; write the path below base, or one placeholder with a link"),
    FaultCase(
      "control: {get: /me}", "control: {get: /me, expect: [99]}", "8: \"expect\" must be a whole number from 200 to 599"
    ),
    FaultCase(
      "control: {get: /me}", "control: {get: /me, query: {q: \"{subject.email}\"}}",
      "8: \"q\" uses an identifier of the person; only locate may, for what has no \"for\""),
  ]

  static let locateCases: [FaultCase] = [
    FaultCase(
      "  user:\n", "  secret:\n", "10: \"secret\" is taken by a placeholder; give it another name",
      "21: \"for\" names \"user\", which is not located above; nothing is",
      "23: \"json\" uses {user...}, which is not at hand here; nothing located is",
      "33: \"for\" names \"user\", which is not located above; there is note",
      "36: \"for\" names \"user\", which is not located above; there is note"),
    FaultCase(
      "    keep: {email: \"{subject.email}\"}\n", "",
      "10: locate \"user\" keeps whatever is found; write keep: {field: \"{subject.email}\"}, which must match exactly"),
    FaultCase(
      "keep: {email: \"{subject.email}\"}", "keep: {email: \"{subject.email}\", n: \"{subject.customer-no}\"}",
      "10: locate \"user\" uses several kinds of identifiers; write one entry for each kind that identifies alone"),
    FaultCase(
      "q: \"{subject.email}\"", "q: \"name:'{subject.email}'\"",
      "12: \"q\" has a placeholder whose quotes do not fit its language; between single quotes write |odata or |soql, between "
        + "double quotes |quoted, and without quotes nothing"),
    FaultCase(
      "q: \"{subject.email}\"", "q: \"{subject.email|sql}\"",
      "12: \"q\" has the unknown language \"sql\"; allowed: number, odata, soql, quoted"),
    FaultCase(
      "q: \"{subject.email}\"", "q: \"{subject.email\"",
      "12: \"q\" has a brace without its other half; write {{ or }} for a brace"),
    FaultCase(
      "q: \"{subject.email}\"", "q: \"{email}\"",
      "12: \"q\" has \"{email}\", which is no placeholder; write {name.field}"),
    FaultCase(
      "    items: users\n", "",
      "10: locate \"user\" lacks \"items\"; name the path of the list of records in the answer"),
    FaultCase(
      "items: users", "items: users..x",
      "13: \"users..x\" is no path; write names with dots between them, and \\. for a dot in a name"),
    FaultCase(
      "next: {link: next_page}", "next: {link: a, cursor: b}",
      "16: \"next\" must be {link: path}, {cursor: path, send-as: query.name}, {last: path, more: path, send-as: query.name} "
        + "or {offset: query.name}"),
    FaultCase(
      "send-as: json.page", "send-as: body.page", "25: \"send-as\" is \"body.page\"; write query.name or json.path"),
    FaultCase("at-most: 3", "at-most: 0", "17: \"at-most\" must be a whole number from 1 to 10000"),
    FaultCase(
      "\"/users/{user.id}\", fields", "\"/users/{user.name}\", fields",
      "19: \"get\" uses {user.name}, which is not in the key of \"user\"; its key is id, list"),
    FaultCase(
      "for: user\n", "for: person\n", "21: \"for\" names \"person\", which is not located above; there is user",
      "23: \"json\" uses {user...}, which is not at hand here; nothing located is"),
    FaultCase(
      "items: notes", "items: notes\n    review: {get: \"/notes/{note.id}\", fields: [text]}",
      "25: locate \"note\" belongs to another; only what is found by an identifier is shown to the approver"),
    FaultCase("page: 0", "page: 1.5", "23: \"page\" is a fraction; write a whole number, or put it in quotes"),
    FaultCase(
      "page: 0", "page: \"no {user.id|number}\"",
      "23: \"json\" writes a number within a text; let \"{..|number}\" stand alone"
    ),
  ]

  static let eraseCases: [FaultCase] = [
    FaultCase(
      "    level: hard\n", "",
      "27: a step of \"erase\" lacks \"level\"; write soft (an administrator can bring it back) or hard"
    ),
    FaultCase("level: hard", "level: maybe", "32: \"level\" is \"maybe\"; allowed: soft, hard"),
    FaultCase(
      "    done: [204]\n", "",
      "27: a step of \"erase\" lacks \"done\"; list the statuses that mean that it was carried out"),
    FaultCase(
      "{taken.job}", "{taken.task}", "29: \"put\" uses {taken.task}, which no earlier request takes"),
    FaultCase(
      "\"/jobs/{taken.job}\"", "\"/jobs/{user.id}\"",
      "29: \"put\" uses {user...}, which is not at hand here; there is note"),
    FaultCase(
      "csv: [[Id], [\"{note.id}\"]]", "csv: [[Id], [\"{note.id|odata}\"]]",
      "30: \"csv\" has |odata, which is for query and json only; take it out"),
    FaultCase(
      "/users/{user.list}/{user.id}\"", "/users/{user.list} {user.id}\"",
      "33: \"delete\" has characters that do not belong into a path; encode them with %"),
    FaultCase(
      "gone: [404]", "gone: [{is: {a: b}}]",
      "33: an answer in \"gone\" lacks \"status\"; write the status of the answer"),
    FaultCase(
      "  - {for: user, delete: \"/users/{user.list}/{user.id}\", done: [200, {status: 202, has: [ok]}], gone: [404], level: soft}\n",
      "", "26: \"user\" is located and never erased; add a step, or take it out"),
    FaultCase(
      "  - {for: note, get: \"/notes/{note.id}\", erased-when: [404]}\n", "",
      "34: \"note\" is erased and never looked for again; add a look"),
    FaultCase(
      "{for: note, get: \"/notes/{note.id}\", erased-when: [404]}",
      "{for: user, delete: \"/users/{user.list}/{user.id}\", erased-when: [404]}\n  "
        + "- {for: note, get: \"/notes/{note.id}\", erased-when: [404]}",
      "34: \"user\" is looked for by the request that erases it; use another one"),
    FaultCase(
      "level: soft}\n", "level: hard}\n  - {for: user, post: /archive, done: [200], level: soft}\n",
      "26: \"user\" has a soft step after a hard one; change their order"),
    FaultCase(
      ", within: 30d,\n     every: 12h", ", within: 30d",
      "36: a look of \"verify\" has only one of \"within\" and \"every\"; write both or none"),
    FaultCase(
      "erased-when: [404]", "erased-when: []", "35: \"erased-when\" is empty; write a list of statuses, such as [204]"),
  ]

  @Test(arguments: cases + locateCases + eraseCases)
  func `a fault is named with its line`(wrong: FaultCase) throws {
    let parts = Self.good.split(separator: wrong.old, omittingEmptySubsequences: false)
    try #require(parts.count > 1, "the good file has no \(wrong.old)")
    let text = parts[0] + wrong.new + parts.dropFirst().joined(separator: wrong.old)
    let (value, faults) = Self.read(String(text))
    #expect(faults.map(\.description) == wrong.faults.map { "catalogue/desk.yaml:\($0)" })
    #expect(value == nil)
  }

  // MARK: The system's file

  static let system = """
    register: 1
    system: helpdesk
    name: Help desk
    role: own
    owner: customer-care
    subjects: [customer]
    connector: http
    settings:
      description: desk
      sub: acme
      secrets: {token: helpdesk-token}
    copies: {none: {said-by: it-operations, on: 2026-11-20}}

    """

  static func register(
    _ system: String = system, catalogue: String? = good
  ) throws(RegisterProblem) -> SystemRegister {
    try SystemRegister.read(
      folder: "plans", retention: [],
      catalogue: catalogue.map { [RegisterFile(path: "catalogue/desk.yaml", text: $0)] } ?? [],
      organisation: [RegisterFile(path: "o/helpdesk.yaml", text: system)])
  }

  @Test func `the description is part of the record, so a change of it takes a release back`() throws {
    let record = try #require(try Self.register().systems.first)
    let settings = try CanonicalJSON.decode(HTTPSystemSettings.self, from: record.settings)
    #expect(settings.values == ["sub": "acme"] && settings.secrets == ["token": "helpdesk-token"])
    #expect(!settings.isInternal && settings.description.name == "desk")
    #expect(record.datasets.map(\.name) == ["user", "note"])
    let changed = try #require(
      try Self.register(catalogue: Self.good.replacing("[200, ", with: "[201, ")).systems.first)
    #expect(try CanonicalJSON.encode(changed) != CanonicalJSON.encode(record))
    #expect(try Self.register().sufficing == [.email])
  }

  @Test(arguments: [
    FaultCase(
      "description: desk", "description: help",
      "o/helpdesk.yaml:9: \"description\" is \"help\", and there is no catalogue/help.yaml; there are desk"),
    FaultCase(
      "description: desk", "description: ../desk",
      "o/helpdesk.yaml:9: \"description\" is \"../desk\", which is no name; use a-z, 0-9 and - only, at most 64 characters"
    ),
    FaultCase(
      "  description: desk\n", "",
      "o/helpdesk.yaml:8: settings lack \"description\"; name a file in catalogue, without .yaml"),
    FaultCase("  sub: acme\n", "", "o/helpdesk.yaml:8: settings lack \"sub\", which catalogue/desk.yaml uses"),
    FaultCase(
      "sub: acme", "sub: acme\n  subb: x",
      "o/helpdesk.yaml:11: unknown key \"subb\" in settings; allowed: description, secrets, internal, tls, proxy, sub"),
    FaultCase("sub: acme", "sub: 12", "o/helpdesk.yaml:10: \"sub\" is a number; put it in quotes to make it a text"),
    FaultCase(
      "  secrets: {token: helpdesk-token}\n", "",
      "o/helpdesk.yaml:8: settings lack \"secrets\"; write secrets: {token: <credential>}"),
    FaultCase(
      "{token: helpdesk-token}", "{tokens: helpdesk-token}",
      "o/helpdesk.yaml:11: unknown key \"tokens\" in \"secrets\"; allowed: token",
      "o/helpdesk.yaml:11: \"secrets\" lacks \"token\"; name the credential that holds it"),
    FaultCase(
      "sub: acme", "sub: acme\n  proxy: http://proxy.example:3128",
      "o/helpdesk.yaml:11: \"proxy\" is a text; write a mapping of keys"),
    FaultCase(
      "sub: acme", "sub: acme\n  proxy: {user: helpdesk-token}",
      "o/helpdesk.yaml:11: \"proxy\" lacks \"url\"; write http://host:port"),
    FaultCase(
      "sub: acme", "sub: acme\n  proxy: {url: \"http://proxy.example:3128\", password: secret}",
      "o/helpdesk.yaml:11: unknown key \"password\" in \"proxy\"; allowed: url, user"),
    FaultCase("sub: acme", "sub: acme\n  internal: maybe", "o/helpdesk.yaml:11: \"internal\" is true or false"),
    FaultCase(
      "role: own", "role: processor\nidentifiers: [email]",
      "o/helpdesk.yaml:4: \"role\" is processor, and connector http searches and erases by itself; write own (also for a "
        + "service that others run for us) or copy, or tell the company by another connector"),
    FaultCase(
      "copies:", "datasets: {a: {table: a, find: [{email: e}], suffices: [email], erase: delete}}\ncopies:",
      "o/helpdesk.yaml:12: \"datasets\" are for databases; what is found here is in the description: take it out"),
  ])
  func `a fault of a system with connector http is named with its line`(wrong: FaultCase) {
    let problem = #expect(throws: RegisterProblem.self) {
      try Self.register(Self.system.replacing(wrong.old, with: wrong.new))
    }
    #expect(problem?.faults.map(\.description) == wrong.faults)
  }

  @Test func `a fault of a description is said once, at its own place`() {
    let problem = #expect(throws: RegisterProblem.self) {
      try Self.register(catalogue: Self.good.replacing("at-most: 3", with: "at-most: three"))
    }
    #expect(
      problem?.faults.map(\.description)
        == ["catalogue/desk.yaml:17: \"at-most\" must be a whole number from 1 to 10000"])
  }
}
