/// Who refreshes materialised views, as far as the database itself tells: functions, and jobs of pg_cron. Both are found by
/// the words of their text, so that a program outside is never seen and a function that nobody calls is.
struct PostgresRefreshes {
  /// In words: `function "public.nightly"`.
  private var found: [(who: String, views: Set<String>)] = []
  /// Jobs of other users are hidden from us, or all of them.
  private var hidesJobs = false

  init(_ session: any DatabaseSession) throws {
    let statement = "refresh[[:space:]]+materialized[[:space:]]+view"
    for cells in try session.rows(
      """
      SELECT DISTINCT n.nspname || '.' || p.proname, p.prosrc FROM pg_proc AS p \
      JOIN pg_namespace AS n ON n.oid = p.pronamespace \
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.prosrc ~* \(value: statement) ORDER BY 1
      """)
    {
      add("function \"\(cells[0] ?? "")\"", cells[1])
    }
    // Without a right of ours the name of the table does not even read.
    let access = try session.rows(
      """
      SELECT CASE WHEN has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') \
      AND NOT row_security_active(c.oid) THEN 't' END FROM pg_class AS c \
      JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'cron' AND c.relname = 'job'
      """)
    guard let isOpen = access.first?.first else { return }
    hidesJobs = isOpen == nil
    guard isOpen != nil else { return }
    for cells in try session.rows(
      """
      SELECT coalesce(jobname, jobid::text), command FROM cron.job WHERE database = current_database() AND active \
      AND command ~* \(value: statement) ORDER BY 1
      """)
    {
      add("job \"\(cells[0] ?? "")\" of cron", cells[1])
    }
  }

  private mutating func add(_ who: String, _ text: String?) {
    let views = Self.views(refreshedBy: text ?? "")
    if let place = found.firstIndex(where: { $0.who == who }) {
      found[place].views.formUnion(views)
    } else {
      found.append((who, views))
    }
  }

  /// What a plan says about one view.
  func words(schema: String, view: String) -> String {
    let names = [DatabaseName.folded(view), DatabaseName.folded("\(schema).\(view)")]
    let who = found.filter { !$0.views.isDisjoint(with: names) }.map(\.who)
    let hidden = hidesJobs ? " (the jobs of cron are hidden from us)" : ""
    guard !who.isEmpty else { return "nobody found who refreshes it" + hidden }
    return "refreshed by " + who.joined(separator: ", ") + hidden
  }

  /// Names behind REFRESH MATERIALIZED VIEW, folded and without quotes, also inside text that is put together.
  static func views(refreshedBy text: String) -> Set<String> {
    let words = DatabaseName.folded(text.filter { $0 != "\"" && $0 != "'" })
      .split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "$") }.map(String.init)
    var views: Set<String> = []
    for start in words.indices.dropLast(3) where words[start...].starts(with: ["refresh", "materialized", "view"]) {
      let rest = words[(start + 3)...].drop { $0 == "concurrently" }
      if let name = rest.first { views.insert(name) }
    }
    return views
  }
}
