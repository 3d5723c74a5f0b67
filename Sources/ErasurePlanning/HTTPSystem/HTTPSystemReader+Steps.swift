import ErasureDomain
import Yams

extension HTTPSystemReader {
  private static let longest: Int64 = 366 * 86_400

  // MARK: Locate

  mutating func locators(_ member: Member) -> [HTTPSystemLocator]? {
    guard let entries = reader.entries(of: member, what: "\"locate\"") else { return nil }
    guard !entries.isEmpty else {
      reader.fault(member.line, "\"locate\" is empty; write how a person's records are found")
      return nil
    }
    let found = entries.compactMap { locator($0) }
    return found.count == entries.count ? found : nil
  }

  private mutating func locator(_ entry: Member) -> HTTPSystemLocator? {
    guard reader.isName(entry.key, of: "a name in \"locate\"", line: entry.line) else { return nil }
    guard !Self.reserved.contains(entry.key) else {
      reader.fault(entry.line, "\"\(entry.key)\" is taken by a placeholder; give it another name")
      return nil
    }
    let also: [KnownKey] = [
      .optional("for"), .required("items", "name the path of the list of records in the answer"), .optional("keep"),
      .optional("key"), .optional("next"), .optional("at-most"), .optional("yields"), .optional("review"),
      .optional("own-case"),
    ]
    let what = "locate \"\(entry.key)\""
    guard let members = call(entry, what: what, also: also) else { return nil }
    let parent = members["for"].map { locatedName($0) }
    var scope = Scope(subject: members["for"] == nil)
    if let parent = parent ?? nil { scope.located[parent] = located[parent] }
    let key = members["key"].map { pathList($0) } ?? ["id"]
    located[entry.key] = key ?? []
    let call = request(members, scope, done: nil, usual: [200, 207])
    let items = members["items"].flatMap { path($0) }
    let keep = members["keep"].map { templates($0, scope, .keep) } ?? [:]
    let next = members["next"].map { paging($0) }
    let most =
      members["at-most"].map { reader.integer($0, in: 1...HTTPSystemLocator.mostDependents) }
      ?? (parent == nil ? HTTPSystemLocator.usualMost : HTTPSystemLocator.mostDependents)
    let yields = members["yields"].map { paths($0) } ?? [:]
    let review = members["review"].map { self.review($0, of: entry.key, key: key ?? []) }
    let ownCase = members["own-case"].map { self.ownCase($0) }
    guard parent != .some(nil), let key, let call, let items, let keep, next != .some(nil), let most, let yields,
      review != .some(nil), ownCase != .some(nil)
    else { return nil }
    let locator = HTTPSystemLocator(
      name: entry.key, parent: parent ?? nil, call: call, items: items, keep: keep, key: key, next: next ?? nil,
      atMost: most, yields: yields, review: review ?? nil, ownCase: ownCase ?? nil)
    return checkIdentifiers(of: locator, members, what) ? locator : nil
  }

  /// A root is searched by one kind of identifier, and what it finds must hold that identifier, exactly.
  private mutating func checkIdentifiers(of locator: HTTPSystemLocator, _ members: Members, _ what: String) -> Bool {
    guard locator.parent == nil else {
      if let review = members["review"] {
        reader.fault(
          review.line, "\(what) belongs to another; only what is found by an identifier is shown to the approver")
        return false
      }
      return true
    }
    let sent = Set(
      locator.call.templates.flatMap { (try? HTTPTemplate($0))?.fields ?? [] }.filter { $0.root == .subject }.map(
        \.path))
    let kept = Set(locator.found.map(\.kind.rawValue))
    if kept.isEmpty {
      reader.fault(
        members.line,
        "\(what) keeps whatever is found; write keep: {field: \"{subject.email}\"}, which must match exactly")
    } else if kept.count > 1 || !sent.isSubset(of: kept) {
      reader.fault(
        members.line, "\(what) uses several kinds of identifiers; write one entry for each kind that identifies alone")
    } else {
      return true
    }
    return false
  }

  /// `{mail: PATH}` or `{ticket: PATH}`.
  private mutating func ownCase(_ member: Member) -> HTTPSystemLocator.OwnCase? {
    guard let paths = paths(member) else { return nil }
    guard paths.count == 1, let (word, path) = paths.first, let kind = CaseRecord.Kind(rawValue: word) else {
      reader.fault(
        member.line,
        "\"own-case\" says where a record names itself: {mail: path of its Message-ID} or {ticket: path of its number}")
      return nil
    }
    return HTTPSystemLocator.OwnCase(kind: kind, path: path)
  }

  /// The name of something located above.
  private mutating func locatedName(_ member: Member) -> String? {
    guard let name = reader.name(member) else { return nil }
    guard located[name] != nil else {
      let known = located.keys.sorted().joined(separator: ", ")
      reader.fault(
        member.line,
        "\"for\" names \"\(name)\", which is not located above; " + (known.isEmpty ? "nothing is" : "there is \(known)")
      )
      return nil
    }
    return name
  }

  private mutating func review(_ member: Member, of name: String, key: [String]) -> HTTPSystemReview? {
    let also: [KnownKey] = [.required("fields", "list the paths that the approver is shown")]
    guard let members = call(member, what: "\"review\"", also: also) else { return nil }
    let call = request(members, Scope(located: [name: key]), done: nil, usual: [200])
    let fields = members["fields"].flatMap { pathList($0) }
    guard let call, let fields else { return nil }
    return HTTPSystemReview(call: call, fields: fields)
  }

  private mutating func paging(_ member: Member) -> HTTPSystemPaging? {
    let keys: [KnownKey] = ["link", "cursor", "last", "more", "offset", "send-as"].map { .optional($0) }
    guard let members = reader.members(of: member, what: "\"next\"", keys: keys) else { return nil }
    let sendAs = members["send-as"].flatMap { self.sendAs($0) }
    switch Set(members.byKey.keys) {
    case ["link"]: return members["link"].flatMap { path($0) }.map { .link(path: $0) }
    case ["cursor", "send-as"]:
      guard let cursor = members["cursor"].flatMap({ path($0) }), let sendAs else { return nil }
      return .cursor(path: cursor, sendAs: sendAs)
    case ["last", "more", "send-as"]:
      guard let last = members["last"].flatMap({ path($0) }), let more = members["more"].flatMap({ path($0) }),
        let sendAs
      else { return nil }
      return .last(path: last, more: more, sendAs: sendAs)
    case ["offset"]: return members["offset"].flatMap { self.sendAs($0) }.map { .offset(sendAs: $0) }
    default:
      reader.fault(
        member.line,
        "\"next\" must be {link: path}, {cursor: path, send-as: query.name}, {last: path, more: path, send-as: query.name} "
          + "or {offset: query.name}")
      return nil
    }
  }

  /// `query.name` or `json.path`.
  private mutating func sendAs(_ member: Member) -> String? {
    guard let text = path(member) else { return nil }
    guard text.hasPrefix("query.") || text.hasPrefix("json.") else {
      reader.fault(member.line, "\"\(member.key)\" is \"\(text)\"; write query.name or json.path")
      return nil
    }
    return text
  }

  // MARK: Erase

  mutating func steps(_ member: Member) -> [HTTPSystemStep]? {
    guard let elements = reader.elements(of: member) else { return nil }
    let found = elements.compactMap { step($0) }
    return found.count == elements.count ? found : nil
  }

  private mutating func step(_ member: Member) -> HTTPSystemStep? {
    let also: [KnownKey] = [
      .required("for", "name what is erased by it"), .optional("first"),
      .required("done", "list the statuses that mean that it was carried out"), .optional("gone"),
      .required("level", "write soft (an administrator can bring it back) or hard"),
    ]
    guard let members = call(member, what: "a step of \"erase\"", also: also),
      let name = members["for"].flatMap({ locatedName($0) })
    else { return nil }
    var scope = Scope(located: [name: located[name] ?? []])
    var first: [HTTPSystemCall] = []
    for element in members["first"].flatMap({ reader.elements(of: $0) }) ?? [] {
      let keys: [KnownKey] = [.optional("done"), .optional("take")]
      guard let inner = call(element, what: "a request in \"first\"", also: keys) else { return nil }
      let take = inner["take"].map { paths($0) } ?? [:]
      guard let take, let call = request(inner, scope, done: "done", usual: [200, 201], take: take) else { return nil }
      scope.taken.formUnion(take.keys)
      first.append(call)
    }
    let call = request(members, scope, done: "done", usual: [])
    let gone = members["gone"].map { conditions($0) } ?? []
    let level = members["level"].flatMap { reader.choice($0, of: HTTPSystemStep.Level.self) }
    guard let call, let gone, let level else { return nil }
    return HTTPSystemStep(dataset: name, first: first, call: call, gone: gone, level: level)
  }

  // MARK: Verify

  mutating func looks(_ member: Member) -> [HTTPSystemLook]? {
    guard let elements = reader.elements(of: member) else { return nil }
    let found = elements.compactMap { look($0) }
    return found.count == elements.count ? found : nil
  }

  private mutating func look(_ member: Member) -> HTTPSystemLook? {
    let also: [KnownKey] = [
      .required("for", "name what is looked for"),
      .required("erased-when", "list the answers that mean that it is erased"), .optional("within"), .optional("every"),
    ]
    guard let members = call(member, what: "a look of \"verify\"", also: also),
      let name = members["for"].flatMap({ locatedName($0) })
    else { return nil }
    let call = request(members, Scope(located: [name: located[name] ?? []]), done: nil, usual: [])
    let erased = members["erased-when"].flatMap { conditions($0) }
    let within = members["within"].map { seconds($0, most: Self.longest) }
    let every = members["every"].map { seconds($0, most: Self.longest) }
    if (members["within"] == nil) != (members["every"] == nil) {
      reader.fault(members.line, "a look of \"verify\" has only one of \"within\" and \"every\"; write both or none")
    }
    guard let call, let erased, within != .some(nil), every != .some(nil) else { return nil }
    return HTTPSystemLook(
      dataset: name, call: call, erasedWhen: erased, withinSeconds: within ?? nil, everySeconds: every ?? nil)
  }

  // MARK: The whole

  /// What only all parts together show.
  mutating func checkWhole(_ description: HTTPSystemDescription, _ members: Members) {
    for locator in description.locators {
      let steps = description.steps.filter { $0.dataset == locator.name }
      let looks = description.looks.filter { $0.dataset == locator.name }
      if steps.isEmpty {
        reader.fault(
          members["erase"]?.line, "\"\(locator.name)\" is located and never erased; add a step, or take it out")
      }
      if looks.isEmpty {
        reader.fault(members["verify"]?.line, "\"\(locator.name)\" is erased and never looked for again; add a look")
      }
      if steps.contains(where: { step in looks.contains { $0.call.sends(sameAs: step.call) } }) {
        reader.fault(
          members["verify"]?.line, "\"\(locator.name)\" is looked for by the request that erases it; use another one")
      }
      if let soft = steps.lastIndex(where: { $0.level == .soft }),
        let hard = steps.firstIndex(where: { $0.level == .hard }),
        soft > hard
      {
        reader.fault(members["erase"]?.line, "\"\(locator.name)\" has a soft step after a hard one; change their order")
      }
    }
  }
}
