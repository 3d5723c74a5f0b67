import ErasureDomain
import OfficerAPI
import OfficerDesk

/// A page of a list of requests. It names nobody.
struct RequestsPage: Sendable {
  struct Filter: Sendable {
    let name: String
    let title: String
    let isHere: Bool
  }

  struct Row: Sendable {
    let number: Int
    let practice: Bool
    let state: String
    let waits: RequestMark?
    let left: RequestMark?
    let received: String
    let workTo: String
    let statutory: String
    let path: String?
  }

  /// Requests on one page.
  static let size = 50

  let heading: String
  let filters: [Filter]
  let rows: [Row]
  let hasRows: Bool
  let earlier: String?
  let later: String?
  let hasPages: Bool
  let mayRegister: Bool
  /// A number that was searched and is nobody's.
  let unknown: String?
  let asked: String?
}

extension PageRoutes {
  static let requests: [PageRoute] = [
    .get("/requests", .call(ListRequests.name)) { visit in
      let asked = visit.query["number"].map { String($0.filter { !$0.isWhitespace && $0 != "#" }) }
      let isAsked = asked?.isEmpty == false
      if let asked, let number = Int(asked), number > 0, number < Int.max,
        try await visit.call(ListRequests(all: true, after: number - 1, limit: 1)).first?.number == number
      {
        return .redirect(visit.requestPath(number, hasPlan: true) ?? "/requests/\(number)")
      }
      let show = visit.query["show"].flatMap { ListRequests.Show(rawValue: $0) } ?? .open
      let heading = visit.words("requests.title.\(show.rawValue)")
      let page = try await RequestsPage(show, heading: heading, asked: isAsked ? asked : nil, visit)
      return .page("requests", title: heading, content: page)
    }
  ]
}

extension RequestsPage {
  init(_ show: ListRequests.Show, heading: String, asked: String?, _ visit: PageVisit) async throws {
    self.heading = heading
    self.asked = asked.map { String($0.prefix(20)) }
    unknown = self.asked.map { visit.words("requests.unknown", $0) }
    filters = ListRequests.Show.allCases.map {
      Filter(name: $0.rawValue, title: visit.words("requests.show.\($0.rawValue)"), isHere: $0 == show)
    }
    let part = ListPart(visit.query) { PagePosition($0) != nil }
    // One more than are shown says whether there are more.
    var found = try await visit.call(
      ListRequests(
        limit: Self.size + 1, show: show, from: PagePosition(part.from)?.position, backwards: part.backwards))
    let pager = part.pager(&found, most: Self.size, path: "/requests?show=\(show.rawValue)&") {
      "\(PagePosition($0))"
    }
    earlier = pager?.earlier
    later = pager?.later
    hasPages = pager != nil
    rows = found.map { Row($0, visit) }
    hasRows = !found.isEmpty
    mayRegister = visit.may(AddRequest.name)
  }
}

extension RequestsPage.Row {
  init(_ view: RequestView, _ visit: PageVisit) {
    number = view.number
    path = visit.requestPath(view.number, state: view.state, stage: view.waitsFor)
    // Where everything is practice, the head of the page says so.
    practice = view.practice && !visit.desk.isPractice
    state = visit.words.code("request-state", view.state)
    waits = view.waitsFor.map { .waiting($0, visit.words) }
    left = view.hasOpenClock ? .left(view.daysLeft, visit.words) : nil
    received = visit.day(view.receivedOn)
    workTo = visit.day(view.clocks.erasure.workTo)
    statutory = visit.day(view.clocks.erasure.statutory)
  }
}

/// A place in a list as an address has it: `2026-04-03_17`, and `_17` where no day counts.
struct PagePosition: CustomStringConvertible {
  let position: ListRequests.Position

  /// Nil for what is no place: the list then begins at its beginning.
  init?(_ text: String?) {
    let parts = (text ?? "").split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[1]), CanonicalJSON.integerRange.contains(Int64(number)) else {
      return nil
    }
    let day = parts[0].isEmpty ? nil : CivilDate(String(parts[0]))
    guard parts[0].isEmpty || day != nil else { return nil }
    position = ListRequests.Position(number: number, workTo: day)
  }

  init(_ view: RequestView) {
    position = ListRequests.Position(
      number: view.number, workTo: view.hasOpenClock ? view.clocks.erasure.workTo : nil)
  }

  var description: String { (position.workTo?.description ?? "") + "_\(position.number)" }
}
