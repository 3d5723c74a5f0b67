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
  let days: Int
  let mayMake: Bool
  let mayDeliver: Bool
  let mayWaive: Bool
}

extension PackagePage {
  init(_ view: PackageView, _ visit: PageVisit) {
    let words = visit.words
    number = view.number
    lines = view.systems.map { line in
      Line(
        system: line.title, stands: words.code("package-state", line.state),
        content: [
          line.rows.map { words.count($0, "package.rows") }, line.files.map { words.count($0, "package.files") },
        ].compactMap { $0 }.joined(separator: ", "),
        expires: line.expires.map(visit.time))
    }
    packages = view.packages.map { package in
      Package(
        code: package.package.rawValue, name: words.code("package-kind", package.package.rawValue),
        stands: words.code("package-state", package.state), at: package.at.map(visit.time),
        mayMake: ["waits", "made", "expired"].contains(package.state), mayDeliver: package.state == "made")
    }
    kinds = packages.filter(\.mayMake).map { PageChoice(value: $0.code, label: $0.name, isChosen: false) }
    delivered = packages.filter(\.mayDeliver).map { PageChoice(value: $0.code, label: $0.name, isChosen: false) }
    systems = view.systems.map { PageChoice(value: $0.system.description, label: $0.title, isChosen: false) }
    waiting = view.waiting > 0 ? words.count(view.waiting, "package.waiting") : nil
    days = MakePackage.usualDays
    mayMake = !kinds.isEmpty && visit.may(MakePackage.name)
    mayDeliver = !delivered.isEmpty && visit.may(DeliverPackage.name)
    mayWaive = !kinds.isEmpty && visit.may(WaivePackage.name)
  }
}

// What the person takes along. Files are added at the command line, where they are looked through first.
extension PageRoutes {
  static let package: [PageRoute] = [
    .get("/requests/{request}/package", .call(ShowPackage.name)) { visit in
      let view = try await visit.call(ShowPackage(request: visit.part("request")))
      return .page(
        "package", title: visit.words("package.title", String(view.number)), content: PackagePage(view, visit))
    },
    .post("/requests/{request}/package/make", .call(MakePackage.name)) { visit in
      let kind = try visit.requiredCode("package", as: PackageKind.self)
      let made = try await visit.call(
        MakePackage(
          request: visit.part("request"), package: kind, key: visit.form["key"], passphrase: visit.form["passphrase"],
          days: visit.form["days"].flatMap { Int($0) } ?? MakePackage.usualDays))
      guard let bytes = Base64.decode(made.content) else {
        throw Refusal(.unavailable, visit.words("problem.unknown"))
      }
      return .file(
        name: "request-\(made.view.number)-\(kind.rawValue).zip.age", type: "application/octet-stream", bytes: bytes)
    },
    .post("/requests/{request}/package/delivered", .call(DeliverPackage.name)) { visit in
      let view = try await visit.call(
        DeliverPackage(
          request: visit.part("request"), package: try visit.requiredCode("package", as: PackageKind.self),
          how: visit.form["how"] ?? ""))
      return await visit.go(to: "/requests/\(view.number)/package", saying: visit.words("package.did-deliver"))
    },
    .post("/requests/{request}/package/waived", .call(WaivePackage.name)) { visit in
      try requireSure(visit)
      let view = try await visit.call(
        WaivePackage(
          request: visit.part("request"), system: visit.form["system"], reason: visit.form["reason"] ?? ""))
      return await visit.go(to: "/requests/\(view.number)/package", saying: visit.words("package.did-waive"))
    },
  ]
}
