import ErasureDomain
import OfficerAPI

/// What a person takes along: where it stands, and what may be done about it.
struct PackagePage: Sendable {
  struct Line: Sendable {
    let system: String
    let stands: String
    let content: String
    let expires: String?
  }

  struct Package: Sendable {
    let code: String
    let name: String
    let stands: String
    let at: String?
    let mayMake: Bool
    let mayDeliver: Bool
  }

  let number: Int
  let lines: [Line]
  let packages: [Package]
  let kinds: [PageChoice]
  let delivered: [PageChoice]
  let systems: [PageChoice]
  let waiting: String?
  let days: String
  let problem: PageProblem?
  /// The form that was refused, and what was typed into it: never a passphrase.
  let isMaking: Bool
  let isDelivering: Bool
  let isWaiving: Bool
  let key: String?
  let how: String?
  let hows: [PageChoice]
  let waivers: [PageChoice]
  let reason: String?
  let mayMake: Bool
  let mayDeliver: Bool
  let mayWaive: Bool
}

extension PackagePage {
  init(_ view: PackageView, problem: PageProblem? = nil, open: String? = nil, _ visit: PageVisit) {
    let (words, form) = (visit.words, visit.form)
    self.problem = problem
    isMaking = open == "make"
    isDelivering = open == "deliver"
    isWaiving = open == "waive"
    key = form["key"]
    how = form["how"]
    hows = PageChoice.offered("delivery", words)
    waivers = PageChoice.offered("waiver", words)
    reason = form["reason"]
    number = view.number
    lines = view.systems.map { line in
      Line(
        system: line.title, stands: words.code("package-state", line.state),
        content: [
          line.rows.map { words.count($0, "package.rows") }, line.files.map { words.count($0, "package.files") },
        ].compactMap { $0 }.joined(separator: ", "),
        expires: line.expires.map(visit.deadline))
    }
    packages = view.packages.map { package in
      Package(
        code: package.package.rawValue, name: words.code("package-kind", package.package.rawValue),
        stands: words.code("package-state", package.state),
        at: package.at.map {
          package.state == "made" ? words("package.until", visit.deadline($0)) : visit.time($0)
        },
        mayMake: ["waits", "made", "expired"].contains(package.state), mayDeliver: package.state == "made")
    }
    kinds = packages.filter(\.mayMake).map {
      PageChoice(value: $0.code, label: $0.name, isChosen: form["package"] == $0.code)
    }
    delivered = packages.filter(\.mayDeliver).map { PageChoice(value: $0.code, label: $0.name, isChosen: false) }
    systems = view.systems.map { PageChoice(value: $0.system.description, label: $0.title, isChosen: false) }
    waiting = view.waiting > 0 ? words.count(view.waiting, "package.waiting") : nil
    days = form["days"] ?? String(MakePackage.usualDays)
    mayMake = !kinds.isEmpty && visit.may(MakePackage.name)
    mayDeliver = !delivered.isEmpty && visit.may(DeliverPackage.name)
    mayWaive = !kinds.isEmpty && visit.may(WaivePackage.name)
  }
}

// What the person takes along. Files are added at the command line, where they are looked through first.
extension PageRoutes {
  static let package: [PageRoute] = [
    .get("/requests/{request}/package", .call(ShowPackage.name)) { visit in try await packagePage(visit) },
    .post("/requests/{request}/package/make", .call(MakePackage.name)) { visit in
      try await showing("make", visit) {
        let kind = try visit.requiredCode("package", as: PackageKind.self)
        let days = try visit.form["days"].map { text in
          try Int(text).orThrow(PageRefusal(.invalid, visit.words("package.days-number"), field: "days"))
        }
        let made = try await visit.call(
          MakePackage(
            request: visit.part("request"), package: kind, key: visit.form["key"],
            passphrase: visit.form["passphrase"], days: days ?? MakePackage.usualDays))
        guard let bytes = Base64.decode(made.content) else {
          throw PageRefusal(.unavailable, visit.words("problem.unknown"))
        }
        return .file(
          name: "request-\(made.view.number)-\(kind.rawValue).zip.age", type: "application/octet-stream", bytes: bytes)
      }
    },
    .post("/requests/{request}/package/delivered", .call(DeliverPackage.name)) { visit in
      try await showing("deliver", visit) {
        let view = try await visit.call(
          DeliverPackage(
            request: visit.part("request"), package: try visit.requiredCode("package", as: PackageKind.self),
            how: visit.formFreeCode("how", in: "delivery") ?? ""))
        return await visit.go(to: "/requests/\(view.number)/package", saying: visit.words("package.did-deliver"))
      }
    },
    .post("/requests/{request}/package/waived", .call(WaivePackage.name)) { visit in
      try await showing("waive", visit) {
        try requireSure(visit)
        let view = try await visit.call(
          WaivePackage(
            request: visit.part("request"), system: visit.form["system"],
            reason: visit.formFreeCode("reason", in: "waiver") ?? ""))
        return await visit.go(to: "/requests/\(view.number)/package", saying: visit.words("package.did-waive"))
      }
    },
  ]

  /// Does what a form asks, or shows the form again with what is wrong.
  private static func showing(
    _ form: String, _ visit: PageVisit, _ answer: () async throws -> PageAnswer
  ) async throws -> PageAnswer {
    do { return try await answer() } catch {
      return try await packagePage(visit, problem: try visit.formProblem(error), open: form)
    }
  }

  private static func packagePage(
    _ visit: PageVisit, problem: PageProblem? = nil, open: String? = nil
  ) async throws -> PageAnswer {
    let view = try await visit.call(ShowPackage(request: visit.part("request")))
    return .page(
      "package", title: visit.words("package.title", String(view.number)),
      content: PackagePage(view, problem: problem, open: open, visit), status: problem?.reason.status ?? 200)
  }
}
