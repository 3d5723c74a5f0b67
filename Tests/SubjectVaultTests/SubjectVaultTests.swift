import ErasureDomain
import Foundation
import GRDB
@testable import SubjectVault
import TestKit
import Testing

@Suite struct SubjectVaultTests {
  private let random = SeededRandom(seed: 11)
  private let folder: StoreFolder

  init() throws { folder = try StoreFolder() }

  @Test func `what is put is got, also after a restart`() async throws {
    let request = RequestReference(using: random)
    let vault = try folder.vault()
    try await vault.create(request)
    try await vault.put([UInt8]([1, 2, 3]), as: .nonce, of: request)
    try await vault.put(["a": 1], as: .note, of: request)
    try await vault.put([UInt8]([4]), as: .nonce, of: request)
    #expect(try await vault.get(.nonce, of: request) == [4])
    #expect(try await vault.get(.contact, of: request) == nil)
    vault.close()
    let again = try folder.vault(SeededRandom(seed: 12))
    #expect(try await again.get(.nonce, of: request) == [4])
    #expect(try await again.get([String: Int].self, .note, of: request) == ["a": 1])
    #expect(try await again.items(of: request) == [.nonce, .note])
    try await again.remove(.nonce, of: request)
    #expect(try await again.items(of: request) == [.note])
  }

  @Test func `requests are known by their entries`() async throws {
    let vault = try folder.vault()
    let (one, other) = (RequestReference(using: random), RequestReference(using: random))
    try await vault.create(one)
    #expect(await failure { () throws(VaultFailure) in try await vault.create(one) } == .exists(one))
    #expect(try await vault.contains(one))
    #expect(try await !vault.contains(other))
    try await vault.create(other)
    #expect(try await vault.requests() == [one, other].sorted())
  }

  @Test func `a request without an entry is refused by every call that needs its key`() async throws {
    let vault = try folder.vault()
    let request = RequestReference(using: random)
    let expected = VaultFailure.unknownRequest(request)
    #expect(
      await failure { () throws(VaultFailure) in try await vault.put([UInt8]([1]), as: .note, of: request) } == expected
    )
    #expect(await failure { () throws(VaultFailure) in _ = try await vault.get(.note, of: request) } == expected)
    #expect(
      await failure { () throws(VaultFailure) in _ = try await vault.hmac([1], of: request, purpose: "p") } == expected)
    #expect(try await vault.items(of: request).isEmpty)
    #expect(try await vault.destroy(request) == 0)
  }

  @Test func `another wrapping key is refused and changes nothing`() async throws {
    let request = RequestReference(using: random)
    let vault = try folder.vault()
    try await vault.create(request)
    try await vault.put([UInt8]([7]), as: .note, of: request)
    vault.close()
    try folder.keyring().close()
    let folder = folder
    for key in [[UInt8](repeating: 0x58, count: 32), [UInt8](repeating: 0x57, count: 31), []] {
      #expect(throws: VaultFailure.wrongKey) { try folder.vault(key: key) }
      #expect(throws: VaultFailure.wrongKey) { try folder.keyring(key: key) }
    }
    #expect(try await self.folder.vault().get(.note, of: request) == [7])
  }

  @Test func `the vault's file is not a keyring`() throws {
    try folder.vault().close()
    let path = folder.vaultPath
    #expect(throws: VaultFailure.self) {
      try Keyring(path: path, wrappingKey: StoreFolder.wrappingKey, random: SeededRandom())
    }
  }

  @Test func `an item opens only under its own request and its own name`() async throws {
    let vault = try folder.vault()
    let (one, other) = (RequestReference(using: random), RequestReference(using: random))
    for request in [one, other] {
      try await vault.create(request)
      try await vault.put([UInt8]([1]), as: .note, of: request)
      try await vault.put([UInt8]([2]), as: .contact, of: request)
    }
    let raw = try OtherConnection(folder.vaultPath)
    // Two names of one request change places.
    try raw.execute(
      """
      UPDATE item SET box = (SELECT box FROM item WHERE request = ?1 AND name = 'note')
      WHERE request = ?1 AND name = 'contact'
      """, [one.text])
    #expect(
      await failure { () throws(VaultFailure) in _ = try await vault.get(.contact, of: one) } == .damaged("contact"))
    // Item and key of one request stand under another: the key is bound to its request too.
    try raw.execute(
      "UPDATE item SET box = (SELECT box FROM item WHERE request = ?1 AND name = 'note') WHERE request = ?2",
      [one.text, other.text])
    #expect(await failure { () throws(VaultFailure) in _ = try await vault.get(.note, of: other) } == .damaged("note"))
    try raw.execute(
      "UPDATE request_key SET wrapped = (SELECT wrapped FROM request_key WHERE request = ?1) WHERE request = ?2",
      [one.text, other.text])
    #expect(
      await failure { () throws(VaultFailure) in _ = try await vault.get(.note, of: other) } == .damaged("request-key"))
    #expect(try await vault.get(.note, of: one) == [1])
  }

  @Test func `every changed or missing byte is noticed`() async throws {
    let vault = try folder.vault()
    let request = RequestReference(using: random)
    try await vault.create(request)
    try await vault.put(Array("ada@example.org".utf8), as: .note, of: request)
    let raw = try OtherConnection(folder.vaultPath)
    let box = try #require(try raw.blobs("SELECT box FROM item").first)
    #expect(box.count == 12 + 15 + 16)
    var changed = box.indices.map { index in
      var bytes = box
      bytes[index] ^= 1 << UInt8(index % 8)
      return bytes
    }
    changed += [[], Array(box.dropLast()), box + [0]]
    for bytes in changed {
      try raw.execute("UPDATE item SET box = ?", [Data(bytes)])
      let seen = await failure { () throws(VaultFailure) in _ = try await vault.get(.note, of: request) }
      #expect(seen == .damaged("note"))
      #expect(seen.map { !"\($0)".contains("ada") } ?? false)
    }
    try raw.execute("UPDATE item SET box = ?", [Data(box)])
    #expect(try await vault.get(.note, of: request) == Array("ada@example.org".utf8))
  }

  @Test func `an item of another type is damage, and a value without canonical form is refused`() async throws {
    let vault = try folder.vault()
    let request = RequestReference(using: random)
    try await vault.create(request)
    try await vault.put("text", as: .note, of: request)
    #expect(
      await failure { () throws(VaultFailure) in _ = try await vault.get(Int.self, .note, of: request) }
        == .damaged("note"))
    #expect(
      await failure { () throws(VaultFailure) in try await vault.put(0.5, as: .note, of: request) }
        == .unavailable(FailureCode("item-not-encodable")))
    let large = [UInt8](repeating: 0, count: VaultItem.maximumBytes + 1)
    #expect(
      await failure { () throws(VaultFailure) in try await vault.put(large, as: .note, of: request) }
        == .unavailable(FailureCode("item-too-large")))
  }

  @Test func `no value of the person stands readable in any file`() async throws {
    let vault = try folder.vault()
    let request = RequestReference(using: random)
    let identifiers = [SubjectIdentifier(kind: .email, value: "ada.lovelace@example.org")]
    try await vault.create(request)
    try await vault.put(identifiers, as: .identifiers, of: request)
    #expect(try await vault.get([SubjectIdentifier].self, .identifiers, of: request) == identifiers)
    let bytes = try folder.contents()
    #expect(!Remains.contains(bytes, Array("ada.lovelace".utf8)))
    #expect(Remains.contains(bytes, Array(request.text.utf8)))
  }

  @Test func `an HMAC is repeatable, bound to request and purpose, and gone with the entry`() async throws {
    let vault = try folder.vault()
    let (one, other) = (RequestReference(using: random), RequestReference(using: random))
    try await vault.create(one)
    try await vault.create(other)
    let mac = try await vault.hmac([1, 2], of: one, purpose: "findings")
    #expect(mac.count == 32)
    #expect(try await vault.hmac([1, 2], of: one, purpose: "findings") == mac)
    #expect(try await vault.hmac([1, 2], of: one, purpose: "other") != mac)
    #expect(try await vault.hmac([1, 3], of: one, purpose: "findings") != mac)
    #expect(try await vault.hmac([1, 2], of: other, purpose: "findings") != mac)
    #expect(try await vault.destroy(one) == 1)
    try await vault.create(one)
    #expect(try await vault.hmac([1, 2], of: one, purpose: "findings") != mac)
  }

  @Test func `files are for their owner alone, also when they were not`() async throws {
    let vault = try folder.vault()
    try await vault.create(RequestReference(using: random))
    for suffix in ["", "-wal", "-shm"] { #expect(try mode(folder.vaultPath + suffix) == 0o600) }
    vault.close()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.vaultPath)
    let again = try folder.vault()
    try await again.create(RequestReference(using: random))
    for suffix in ["", "-wal", "-shm"] { #expect(try mode(folder.vaultPath + suffix) == 0o600) }
    let keyring = try folder.keyring()
    _ = try await keyring.counts()
    #expect(try mode(folder.keyringPath) == 0o600)
  }

  @Test func `what is not a database or cannot be made is named by a code`() throws {
    try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: folder.vaultPath))
    let folder = folder
    #expect(throws: VaultFailure.damaged("database")) { try folder.vault() }
    #expect(throws: VaultFailure.unavailable(FailureCode("cannot-create-file-errno-2"))) {
      try SubjectVault(
        path: folder.url.path + "/none/vault.db", wrappingKey: StoreFolder.wrappingKey, random: SeededRandom())
    }
  }

  @Test func `commits wait for the disk and deleted bytes are overwritten`() async throws {
    let store = try SecretStore(
      path: folder.vaultPath, name: "pragmas", migrator: .init(), wrappingKey: StoreFolder.wrappingKey, random: random)
    let connection = try await store.read { db in
      try ["synchronous", "secure_delete", "temp_store"].map { name in
        try Int.fetchOne(db, sql: "PRAGMA \(name)") ?? -1
      }
    }
    #expect(connection == [2, 1, 2])
  }

  @Test func `many calls at once do not disturb one another`() async throws {
    let vault = try folder.vault()
    let requests = (0..<20).map { _ in RequestReference(using: random) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, request) in requests.enumerated() {
        group.addTask {
          try await vault.create(request)
          try await vault.put([UInt8(number)], as: .note, of: request)
          let value = try await vault.get(.note, of: request)
          #expect(value == [UInt8(number)])
          if number % 2 == 0 { #expect(try await vault.destroy(request) == 2) }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await vault.requests().count == 10)
  }

  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }
}
