import Crypto
import ErasureDomain
import Foundation

/// Looks for a person in files, in the forms in which an identifier commonly survives: as text, hexadecimal, UTF-16,
/// Base64 in all three alignments, and as bare digests, which anyone can compute from a guess.
struct PersonSearch: Sendable {
  /// Shorter texts are found everywhere by chance.
  static let shortest = 8

  /// One spelling of one identifier. Its name does not repeat the identifier.
  struct Form: Sendable {
    var name: String
    var bytes: [UInt8]
  }

  struct Hit: Hashable, Sendable, CustomStringConvertible {
    var file: String
    var form: String
    var description: String { "\(file): \(form)" }
  }

  let forms: [Form]

  /// Identifiers of fewer than eight characters are passed over.
  init(_ identifiers: [String]) {
    var forms: [Form] = []
    for (place, identifier) in identifiers.enumerated() where identifier.count >= Self.shortest {
      var seen: Set<String> = []
      for (word, text) in [
        ("", identifier), (" lower", identifier.lowercased()), (" upper", identifier.uppercased()),
      ] where seen.insert(text).inserted {
        forms += Self.spellings(of: text).map {
          Form(name: "identifier \(place + 1)\(word), \($0.name)", bytes: $0.bytes)
        }
      }
    }
    self.forms = forms
  }

  private static func spellings(of text: String) -> [Form] {
    let bytes = Array(text.utf8)
    var forms = [
      Form(name: "text", bytes: bytes),
      Form(name: "UTF-16LE", bytes: text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
      Form(name: "UTF-16BE", bytes: text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }),
    ]
    forms += hexadecimal(of: bytes, "hexadecimal")
    for shift in 0...2 { forms += base64(of: bytes, shift: shift) }
    let digests = [
      ("MD5", Array(Insecure.MD5.hash(data: bytes))), ("SHA-1", Array(Insecure.SHA1.hash(data: bytes))),
      ("SHA-256", Array(SHA256.hash(data: bytes))),
    ]
    for (name, digest) in digests {
      forms.append(Form(name: name, bytes: digest))
      forms += hexadecimal(of: digest, name + " in hexadecimal")
    }
    return forms
  }

  private static func hexadecimal(of bytes: [UInt8], _ name: String) -> [Form] {
    let text = Hex.encode(bytes)
    return [
      Form(name: name, bytes: Array(text.utf8)), Form(name: name + " upper", bytes: Array(text.uppercased().utf8)),
    ]
  }

  /// The characters that the bytes alone decide when `shift` other bytes come before them in a group of three.
  private static func base64(of bytes: [UInt8], shift: Int) -> [Form] {
    let shifted = Array(repeating: UInt8(0), count: shift) + bytes
    let first = (shift * 8 + 5) / 6
    let end = shifted.count * 8 / 6
    return [
      ("Base64", Base64.encode(shifted)), ("Base64 for URLs", Base64.encodeURLSafe(shifted)),
    ].map { name, text in Form(name: "\(name) shifted by \(shift)", bytes: Array(Array(text.utf8)[first..<end])) }
  }

  /// Where the person is in these files.
  func hits(in files: [String: [UInt8]]) -> [Hit] {
    files.sorted { $0.key < $1.key }.flatMap { name, bytes in
      Self.found(forms.map(\.bytes), in: bytes).map { Hit(file: name, form: forms[$0].name) }
    }
  }

  /// Which of the byte strings are in the bytes, in one pass: each is looked for by its first two bytes.
  static func found(_ wanted: [[UInt8]], in bytes: [UInt8]) -> [Int] {
    var places = Array(repeating: [Int](), count: 1 << 16)
    for (place, some) in wanted.enumerated() where some.count > 1 {
      places[Int(some[0]) << 8 | Int(some[1])].append(place)
    }
    var found: Set<Int> = []
    bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress, all.count > 1 else { return }
      for index in 0..<(all.count - 1) {
        let candidates = places[Int(all[index]) << 8 | Int(all[index + 1])]
        for place in candidates where all.count - index >= wanted[place].count {
          if memcmp(base + index, wanted[place], wanted[place].count) == 0 { found.insert(place) }
        }
      }
    }
    return found.sorted()
  }

  /// The same in files and everything below folders; a missing one is an error, not "nothing found".
  func hits(below paths: [String]) throws -> [Hit] { hits(in: try Self.files(below: paths)) }

  /// Every file at or below the paths.
  static func files(below paths: [String]) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for path in paths {
      var names: [String] = [path]
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw TestProblem("\(path) is not there to be searched")
      }
      if isFolder.boolValue {
        names = try FileManager.default.subpathsOfDirectory(atPath: path).map { path + "/" + $0 }
      }
      for name in names where FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) {
        if !isFolder.boolValue { files[name] = Array(try Data(contentsOf: URL(fileURLWithPath: name))) }
      }
    }
    return files
  }
}
