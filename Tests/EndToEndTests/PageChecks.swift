import ErasureDomain
import Foundation
import TestKit
import Testing

/// What every page must keep, as the browser sees it: names in the accessibility tree, order of headings, contrast, width.
enum PageChecks {
  /// Checks the page that is open in both languages, wide and on a telephone; says what is wrong and where.
  static func check(_ browser: Browser) async throws {
    let place = try await browser.address
    for _ in 0..<2 {
      let language = try await browser.run("return document.documentElement.lang").string ?? ""
      for screen in [Browser.Screen.wide, .phone] {
        try await browser.show(on: screen)
        let faults = try await faults(of: browser)
        #expect(faults.isEmpty, "\(place) (\(language), \(screen)): \(faults)")
        try await keepPicture(of: browser, "\(language)-\(screen)")
      }
      try await browser.show(on: .wide)
      // The other one, of the same page.
      try await browser.click("form[action='/language'] button")
      try await until("the page is in another language") {
        let other = try await browser.run("return document.readyState + document.documentElement.lang").string ?? ""
        return other.hasPrefix("complete") && other != "complete" + language
      }
      #expect(try await browser.address.prefix { $0 != "#" } == place.prefix { $0 != "#" })
    }
  }

  /// For a person to look at, where `EXPUNGE_PICTURES` names a folder.
  private static func keepPicture(of browser: Browser, _ how: String) async throws {
    guard let folder = ProcessInfo.processInfo.environment["EXPUNGE_PICTURES"] else { return }
    let place = try await browser.run("return location.pathname").string ?? ""
    let page = place.split { !$0.isLetter && !$0.isNumber }.prefix(4).map { $0.prefix(12) }.joined(separator: "-")
    try Data(try await browser.picture()).write(
      to: URL(fileURLWithPath: "\(folder)/\(page.isEmpty ? "today" : page)-\(how).png"))
  }

  private static func faults(of browser: Browser) async throws -> [String] {
    try await unnamed(in: browser) + ((try await browser.run(script)).array?.compactMap(\.string) ?? [])
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
    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (over > 0) faults.push('wider than the screen by ' + over);
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
