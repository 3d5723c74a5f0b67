import OfficerAPI

/// The first screen's content.
struct TodayPage: Sendable {
  let warnings: [String]
}

extension PageRoutes {
  static let today: [PageRoute] = [
    .get("/", .session) { visit in
      let status = try await visit.call(ShowStatus())
      return .page("today", title: visit.words("today.title"), content: TodayPage(warnings: status.warnings))
    }
  ]
}
