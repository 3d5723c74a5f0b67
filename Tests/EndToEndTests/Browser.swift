import ErasureDomain
import Foundation
import HTTPTransport
import TestKit

/// A headless Chromium of one person, driven by WebDriver (W3C), with an authenticator of its own.
final class Browser {
  private let driver: OutsideProgram
  private let loop = HTTPLoop(reach: .privateToo)
  private let base: String
  private let session: String
  private var authenticator = ""

  /// What is open, for the width of a desk or of a telephone.
  enum Screen {
    case wide
    case phone

    var size: (width: Int64, height: Int64) { self == .wide ? (1_280, 900) : (390, 844) }
  }

  /// Starts one in a folder for its files, in a language.
  static func with(
    language: String = "en", _ site: Installation, _ body: (Browser) async throws -> Void
  ) async throws {
    let browser = try await Browser(language: language, site)
    do { try await body(browser) } catch {
      let page = (try? await browser.text()) ?? "(no page)"
      await browser.end()
      throw TestProblem("\(error)\nthe page says: \(page.prefix(1_500))")
    }
    await browser.end()
  }

  /// A driver that listens, and on which port. Two of them may choose the same one at the same moment: then it ends, and
  /// another is started.
  private static func startDriver(_ site: Installation) async throws -> (OutsideProgram, port: String) {
    let tool = try Programs.tool("chromedriver", package: "chromium-driver")
    var said = ""
    for _ in 0..<5 {
      let log = site.beside("chromedriver-\(UUID().uuidString)")
      let process = try OutsideProgram(tool, ["--port=0"], streams: .init(output: log, errors: log))
      var port: String?
      do {
        try await until("chromedriver listens") {
          said = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
          port = said.firstRange(of: "successfully on port ").map {
            String(said[$0.upperBound...].prefix(while: \.isNumber))
          }
          return port != nil || process.ended != nil
        }
      } catch {
        process.end()
        throw error
      }
      if let port { return (process, port) }
    }
    throw TestProblem("chromedriver ended: \(said)")
  }

  private init(language: String, _ site: Installation) async throws {
    let (process, port) = try await Self.startDriver(site)
    driver = process
    do {
      base = "http://127.0.0.1:\(port)"
      let options = CanonicalJSON.object([
        "args": .array(
          [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
            "--lang=\(language)", "--accept-lang=\(language)",
            "--user-data-dir=\(site.beside("chromium-\(UUID().uuidString)"))",
          ].map { .string($0) })
      ])
      let capabilities = CanonicalJSON.object([
        "capabilities": .object([
          "alwaysMatch": .object([
            "acceptInsecureCerts": .boolean(true), "goog:chromeOptions": options,
            // What a click leads to may take its time to come.
            "timeouts": .object(["implicit": .integer(10_000)]),
          ])
        ])
      ])
      let started = try await Self.send(loop, "POST", base + "/session", capabilities)
      session = base + "/session/" + (started["sessionId"]?.string ?? "")
    } catch {
      process.end()
      throw error
    }
  }

  /// Ends the browser before its driver, so that nothing writes into a folder that is removed.
  private func end() async {
    do { _ = try await call("DELETE", "") } catch { print("the browser did not end: \(error)") }
    driver.signal(SIGTERM)
    driver.end()
    loop.shutDown()
  }

  // MARK: WebDriver

  private static func send(
    _ loop: HTTPLoop, _ method: String, _ url: String, _ body: CanonicalJSON?
  ) async throws -> CanonicalJSON {
    var limits = HTTPLimits()
    limits.bodyBytes = 64 << 20
    let response = try await loop.send(
      HTTPRequest(
        method: method, url: url, headers: [("Content-Type", "application/json")],
        body: method == "POST" ? (body ?? .object([:])).encoded() : nil, limits: limits))
    let text = String(decoding: response.body, as: UTF8.self)
    guard let answer = try? JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any] else {
      throw TestProblem("WebDriver says: \(text.prefix(300))")
    }
    guard response.status == 200 else { throw TestProblem("WebDriver says: \(text.prefix(400))") }
    return Self.json(answer["value"])
  }

  /// Canonical JSON of whatever came; fractions are cut, null is an empty text.
  private static func json(_ value: Any?) -> CanonicalJSON {
    switch value {
    case let text as String: return .string(text)
    case let number as NSNumber: return .integer(number.int64Value)
    case let list as [Any]: return .array(list.map(json))
    case let object as [String: Any]: return .object(object.mapValues(json))
    default: return .string("")
    }
  }

  private func call(_ method: String, _ path: String, _ body: CanonicalJSON? = nil) async throws -> CanonicalJSON {
    try await Self.send(loop, method, session + path, body)
  }

  func open(_ url: String) async throws {
    _ = try await call("POST", "/url", .object(["url": .string(url)]))
  }

  var address: String {
    get async throws { try await call("GET", "/url").string ?? "" }
  }

  /// Runs a script of the test in the page and gives its value.
  func run(_ script: String) async throws -> CanonicalJSON {
    try await call("POST", "/execute/sync", .object(["script": .string(script), "args": .array([])]))
  }

  /// What a person reads.
  func text() async throws -> String {
    try await run("return document.body.innerText").string ?? ""
  }

  /// The text of an element, as it stands in the page; waits for the page that has it.
  func text(of selector: String) async throws -> String {
    _ = try await element(selector)
    return try await run("return document.querySelector(\"\(selector)\").textContent").string ?? ""
  }

  private func element(_ selector: String) async throws -> String {
    let found = try await call(
      "POST", "/element", .object(["using": .string("css selector"), "value": .string(selector)]))
    guard case .object(let members) = found, let id = members.values.first?.string else {
      throw TestProblem("nothing is \(selector)")
    }
    return id
  }

  func click(_ selector: String) async throws {
    _ = try await call("POST", "/element/\(try await element(selector))/click")
  }

  /// Puts a text into a field, in the place of what is there.
  func fill(_ selector: String, _ text: String) async throws {
    let id = try await element(selector)
    _ = try await call("POST", "/element/\(id)/clear")
    _ = try await call("POST", "/element/\(id)/value", .object(["text": .string(text)]))
  }

  func choose(_ selector: String, _ value: String) async throws {
    try await click("\(selector) option[value='\(value)']")
  }

  /// Presses the button of a form, and waits for the page that it leads to.
  func submit(_ action: String, _ button: String = "button") async throws {
    _ = try await run("window.isLeft = 1; return ''")
    try await click("form[action='\(action)'] \(button)")
    try await until("the form \(action) is sent") {
      try await self.run("return window.isLeft ? 0 : document.readyState === 'complete' ? 1 : 0").integer == 1
    }
  }

  /// The bytes of another path of the page, fetched as its reader.
  func load(_ path: String) async throws -> [UInt8] {
    _ = try await run(
      """
      fetch('\(path)').then((answer) => answer.arrayBuffer()).then((bytes) => {
        window.loaded = btoa([...new Uint8Array(bytes)].map((byte) => String.fromCharCode(byte)).join(''));
      });
      return '';
      """)
    try await until("\(path) is loaded") { try await self.run("return window.loaded ? 1 : 0").integer == 1 }
    return Base64.decode(try await run("return window.loaded").string ?? "") ?? []
  }

  /// Opens the fold that a form is in.
  func unfold(_ selector: String) async throws {
    _ = try await run("document.querySelector(\"\(selector)\").open = true; return ''")
  }

  /// Presses keys as from a keyboard, wherever the focus is.
  func press(_ keys: String) async throws {
    let actions = keys.flatMap { key in
      ["keyDown", "keyUp"].map {
        CanonicalJSON.object(["type": .string($0), "value": .string(String(key))])
      }
    }
    _ = try await call(
      "POST", "/actions",
      .object([
        "actions": .array([
          .object(["type": .string("key"), "id": .string("keyboard"), "actions": .array(actions)])
        ])
      ]))
  }

  func show(on screen: Screen) async throws {
    let (width, height) = screen.size
    _ = try await call(
      "POST", "/window/rect", .object(["width": .integer(width), "height": .integer(height)]))
  }

  /// The whole page as PNG.
  func picture() async throws -> [UInt8] {
    let shot = try await develop(
      "Page.captureScreenshot", .object(["captureBeyondViewport": .boolean(true), "format": .string("png")]))
    return Base64.decode(shot["data"]?.string ?? "") ?? []
  }

  /// A command of Chromium's own protocol.
  func develop(_ command: String, _ parameters: CanonicalJSON = .object([:])) async throws -> CanonicalJSON {
    try await call(
      "POST", "/goog/cdp/execute", .object(["cmd": .string(command), "params": parameters]))
  }

  // MARK: Passkeys

  /// Gives the browser an authenticator that its person touches and unlocks.
  func addAuthenticator(with passkey: Passkey? = nil) async throws {
    let added = try await call(
      "POST", "/webauthn/authenticator",
      .object([
        "protocol": .string("ctap2"), "transport": .string("internal"), "hasResidentKey": .boolean(true),
        "hasUserVerification": .boolean(true), "isUserConsenting": .boolean(true), "isUserVerified": .boolean(true),
      ]))
    authenticator = added.string ?? ""
    if let passkey {
      _ = try await call("POST", "/webauthn/authenticator/\(authenticator)/credential", passkey.credential)
    }
  }

  /// From now on its person declines, or his PIN is wrong.
  func isVerified(_ verified: Bool) async throws {
    _ = try await call(
      "POST", "/webauthn/authenticator/\(authenticator)/uv", .object(["isUserVerified": .boolean(verified)]))
  }

  /// Opens the page and logs in with the passkey.
  func login(at url: String) async throws {
    try await open(url + "/login")
    try await click("form[data-passkey] button.main")
    try await until("logged in") { !(try await self.address).contains("/login") }
  }
}
