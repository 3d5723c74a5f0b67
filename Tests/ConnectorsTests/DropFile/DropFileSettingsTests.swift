import ConnectorKit
import ErasureDomain
import HTTPTransport
import TestKit
import Testing

@testable import Connectors

struct DropFileSettingsTests {
  // Canonical JSON, as the register's reader gives it: keys in order.
  private static let good =
    #"{"columns":[{"customer":"customer-no"},{"e-mail":"email"}],"delimiter":";","folder":"drop","#
    + #""schedule":{"at":"06:00","days":["thursday","monday"]}}"#
  private static let fingerprint = "SHA256:" + String(repeating: "A", count: 43)
  private static let server =
    #"{"columns":[{"customer":"customer-no"},{"e-mail":"email"}],"sftp":{"host-key":"\#(fingerprint)","#
    + #""key":"mailing-key","url":"sftp://files.example:2222/in/","user":"expunged"}}"#

  private func problem(_ json: String, secrets: [String: String] = [:]) throws -> String {
    var registry = ConnectorRegistry()
    registry.add(DropFileConnector.self)
    let context = try CompanyOrders.context(
      connector: "drop-file", settings: try CanonicalJSON(decoding: Array(json.utf8)), clock: ManualClock(),
      secrets: secrets)
    do {
      _ = try registry.connector(for: context)
      return "none"
    } catch {
      return error.description.replacing("system \"sister\": ", with: "")
    }
  }

  /// Fresh keys, gone with the folder.
  private func key(_ type: String, passphrase: String = "") throws -> String {
    let folder = try TemporaryFolder()
    try SSHServer.makeKey(folder.path("key"), type: type, passphrase: passphrase)
    return String(decoding: try folder.files(below: "")["key"] ?? [], as: UTF8.self)
  }

  @Test func `settings are read, and written the same`() throws {
    let settings = try CanonicalJSON.decode(DropFileSettings.self, from: Array(Self.good.utf8))
    #expect(settings.columns == DropFileWorld.columns && settings.delimiter == .semicolon)
    #expect(settings.schedule?.days == [.monday, .thursday])
    #expect(try CanonicalJSON.decode(DropFileSettings.self, from: CanonicalJSON.encode(settings)) == settings)
    let daily = Self.good.replacing(#"["thursday","monday"]"#, with: #""daily""#)
    #expect(try CanonicalJSON.decode(DropFileSettings.self, from: Array(daily.utf8)).schedule?.days == nil)
    #expect(try problem(Self.good) == "none")
  }

  @Test(arguments: [
    ("\"folder\"", "\"path\"", "unknown setting; use only folder, sftp, columns, delimiter, schedule"),
    ("\"drop\"", "\" \"", "folder is empty; name the folder that the company takes files from"),
    ("{\"e-mail\":\"email\"}", "{\"job_id\":\"email\"}", "one of job_id, duty, deadline"),
    ("{\"e-mail\":\"email\"}", "{\"customer\":\"email\"}", "columns have a name twice"),
    (
      ",{\"e-mail\":\"email\"}", "", "columns must hold each kind of identifiers once, and no other: email, customer-no"
    ),
    ("{\"e-mail\":\"email\"}", "{\"a\":\"email\",\"b\":\"phone\"}", "a column is one pair"),
    ("\";\"", "\"|\"", "use , or ;"),
    ("\"monday\"", "\"maandag\"", "days are daily, or a list of monday to sunday, each once"),
    ("\"monday\"", "\"thursday\"", "days are daily, or a list of monday to sunday, each once"),
    ("[\"thursday\",\"monday\"]", "\"weekly\"", "days"),
    ("06:00", "6:00", "at"),
    ("\"monday\"]", "\"monday\"],\"zone\":\"UTC\"", "unknown setting; use only days, at"),
  ])
  func `a setting that cannot work is named`(old: String, new: String, message: String) throws {
    let said = try problem(Self.good.replacing(old, with: new))
    #expect(said.contains(message), "\(said)")
  }

  @Test(arguments: [
    ("sftp://", "https://", "url is not sftp://host:port/folder/ without user and password"),
    ("sftp://", "sftp://ada:secret@", "url is not sftp://host:port/folder/ without user and password"),
    ("/in/", "/in", "url must end in a folder"), ("/in/", "/../", "url must end in a folder"),
    ("/in/", "/a%20b/", "url must end in a folder"), ("/in/", "/in/?a=/", "url must end in a folder"),
    ("\"expunged\"", "\"a b\"", "user has the same letters"), ("SHA256:", "MD5:", "host-key is not SHA256:"),
    ("AAAA\",", "\",", "host-key is not SHA256:"),
    ("\"mailing-key\"", "\"other\"", "no credential is named \"other\"; create it"),
    ("\"key\"", "\"password\"", "unknown setting; use only url, user, key, host-key, internal"),
    ("\"sftp\"", "\"folder\":\"x\",\"sftp\"", "name either folder or sftp"),
  ])
  func `so is one of a server`(old: String, new: String, message: String) throws {
    let said = try problem(Self.server.replacing(old, with: new), secrets: ["mailing-key": key("ed25519")])
    #expect(said.contains(message), "\(said)")
  }

  @Test func `a key that libssh2 cannot use is refused before it is needed, and never shown`() throws {
    func said(_ key: String) throws -> String { try problem(Self.server, secrets: ["mailing-key": key]) }
    #expect(try said(key("ed25519")) == "none")
    #expect(try said(key("ecdsa")) == "none")
    #expect(try said(key("rsa")).contains("is of kind ssh-rsa"))
    #expect(try said(key("ed25519", passphrase: "secret")).contains("has a passphrase"))
    #expect(
      try said("hunter2").hasSuffix("\"mailing-key\" is no OpenSSH private key; make one with ssh-keygen -t ed25519"))
  }
}
