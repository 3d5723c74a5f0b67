/// Every path of the page. A test walks through all of them as every role.
enum PageRoutes {
  static let all: [PageRoute] =
    access + invite + today + register + requests + request + requestActions + plan + letters + package + approval
    + live + jobs + job + tasks + systems + evidence + assets

  private static let assets: [PageRoute] = [
    .get("/page.css", .everybody) { visit in
      .asset(type: "text/css; charset=utf-8", bytes: visit.page.files.assets["page.css"] ?? [])
    },
    .get("/page.js", .everybody) { visit in
      .asset(type: "text/javascript; charset=utf-8", bytes: visit.page.files.assets["page.js"] ?? [])
    },
  ]
}
