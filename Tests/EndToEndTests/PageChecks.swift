import ErasureDomain
import Testing

/// What every page must keep, as the browser sees it: names in the accessibility tree, order of headings, contrast, width.
enum PageChecks {
  /// Checks the page that is open, wide and on a telephone; says what is wrong and where.
  static func check(_ browser: Browser, language: String) async throws {
    let place = try await browser.address
    let wide = try await faults(of: browser, language: language)
    #expect(wide.isEmpty, "\(place) (\(language)): \(wide)")
    try await browser.show(on: .phone)
    let width = try await browser.run(
      "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    #expect((width.integer ?? 1) <= 0, "\(place) (\(language)) is wider than a telephone")
    let small = try await faults(of: browser, language: language)
    #expect(small.isEmpty, "\(place) (\(language)) on a telephone: \(small)")
    try await browser.show(on: .wide)
  }

  private static func faults(of browser: Browser, language: String) async throws -> [String] {
    var found = try await unnamed(in: browser)
    found += (try await browser.run(script)).array?.compactMap(\.string) ?? []
    let written = try await browser.run("return document.documentElement.lang").string
    if written != language { found.append("the page says that it is in \(written ?? "no language")") }
    return found
  }

  /// What has a role that a person must be told of, and no name to tell.
  private static func unnamed(in browser: Browser) async throws -> [String] {
    let roles: Set<String> = [
      "button", "link", "textbox", "combobox", "checkbox", "radio", "image", "img", "table", "navigation", "region",
      "heading", "columnheader", "rowheader", "DisclosureTriangle", "Date", "InputTime", "spinbutton",
    ]
    _ = try await browser.develop("Accessibility.enable")
    let tree = try await browser.develop("Accessibility.getFullAXTree")
    return (tree["nodes"]?.array ?? []).compactMap { node in
      guard node["ignored"]?.integer != 1, let role = node["role"]?["value"]?.string, roles.contains(role) else {
        return nil
      }
      let name = node["name"]?["value"]?.string ?? ""
      return name.allSatisfy(\.isWhitespace) ? "a \(role) has no name" : nil
    }
  }

  /// One h1, no level left out, every field with a label, no key twice, nothing that needs colour, contrast of 4.5 to 1.
  private static let script = """
    const faults = [];
    const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map((h) => Number(h.tagName[1]));
    if (levels.filter((l) => l === 1).length !== 1) faults.push('there is not one h1');
    levels.forEach((l, i) => { if (i && l > levels[i - 1] + 1) faults.push('a heading of level ' + l + ' follows ' + levels[i - 1]); });
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) faults.push('the id ' + id + ' is there twice');
    for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
      if (!field.labels || !field.labels.length) faults.push('no label: ' + field.name);
    }
    for (const e of document.querySelectorAll('[style], [onclick]')) faults.push('inline: ' + e.outerHTML.slice(0, 80));
    for (const t of document.querySelectorAll('table')) {
      if (!t.querySelector('th')) faults.push('a table without headings');
    }
    const numbers = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => {
      const f = (v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
      return .2126 * f(r) + .7152 * f(g) + .0722 * f(b);
    };
    const ground = (e) => {
      for (; e; e = e.parentElement) {
        const c = numbers(getComputedStyle(e).backgroundColor);
        if (c.length === 3 || c[3] === 1) return c;
      }
      return [255, 255, 255];
    };
    const seen = new Set();
    for (const e of document.querySelectorAll('body *')) {
      const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      const box = e.getBoundingClientRect();
      if (!own || !box.width || !box.height || e.closest('svg') || e.disabled) continue;
      const style = getComputedStyle(e);
      if (style.visibility === 'hidden') continue;
      const [a, b] = [light(numbers(style.color)), light(ground(e))];
      const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
      const key = style.color + ground(e);
      if (ratio < 4.5 && !seen.has(key)) {
        seen.add(key);
        faults.push('contrast ' + ratio.toFixed(2) + ': ' + e.textContent.trim().slice(0, 40));
      }
    }
    return faults;
    """
}
