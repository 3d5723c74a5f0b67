import ConnectorKit
import ErasureDomain

extension AnswerValue {
  /// The elements of that name directly inside this one.
  func elements(_ name: String) -> [AnswerValue] {
    guard case .object(let members) = self, case .list(let values)? = members[name] else { return [] }
    return values
  }

  /// The one element of that name; nil when there is none or are several.
  func element(_ name: String) -> AnswerValue? {
    let all = elements(name)
    return all.count == 1 ? all[0] : nil
  }

  /// The text of the one element of that name.
  func text(_ name: String) -> String? { element(name)?.scalar }
}

/// One version of one object.
struct S3Version: Hashable, Sendable {
  let key: String
  /// `null` where the bucket keeps no versions.
  let version: String
  let modified: UTCTime
}

/// One page of a listing of versions.
struct S3VersionPage {
  let versions: [S3Version]
  /// Where the next page begins; nothing on the last.
  let next: (key: String, version: String)?

  /// Reads a page strictly: a version that cannot be read could be a copy.
  ///
  /// Delete markers and empty objects (folders of a console) hold nobody and are left out.
  init?(_ tree: AnswerValue, prefix: String) {
    guard let result = tree.element("ListVersionsResult") else { return nil }
    var versions: [S3Version] = []
    for entry in result.elements("Version") {
      guard let key = entry.text("Key"), !key.isEmpty, key.hasPrefix(prefix), let version = entry.text("VersionId"),
        !version.isEmpty, let modified = entry.text("LastModified").flatMap(S3Time.read),
        let size = entry.text("Size").flatMap({ Int64($0) }), size >= 0
      else { return nil }
      if size > 0 { versions.append(S3Version(key: key, version: version, modified: modified)) }
    }
    self.versions = versions
    switch result.text("IsTruncated") {
    case "false": next = nil
    case "true":
      guard let key = result.text("NextKeyMarker"), !key.isEmpty else { return nil }
      next = (key, result.text("NextVersionIdMarker") ?? "")
    default: return nil
    }
  }
}

/// The tags of one version, ours and others', in the order in which the store has them.
struct S3Tags: Hashable, Sendable {
  /// The most that S3 takes.
  static let most = 10
  /// The characters of the longest value that S3 takes.
  static let longestValue = 256

  struct Pair: Hashable, Sendable {
    let key: String
    let value: String
  }

  private(set) var pairs: [Pair]

  /// Reads an answer to `?tagging=`; nil when it is none.
  init?(_ tree: AnswerValue) {
    guard let set = tree.element("Tagging")?.element("TagSet") else { return nil }
    var pairs: [Pair] = []
    for tag in set.elements("Tag") {
      guard let key = tag.text("Key"), let value = tag.text("Value") else { return nil }
      pairs.append(Pair(key: key, value: value))
    }
    self.pairs = pairs
  }

  init(pairs: [Pair] = []) { self.pairs = pairs }

  /// What our two tags say.
  var ours: BackupTags { BackupTags(expire: value(BackupSet.Tag.expire), request: value(BackupSet.Tag.request)) }

  private func value(_ key: String) -> String? { pairs.first { $0.key == key }?.value }

  /// These, with ours as given.
  func with(_ tags: BackupTags) -> S3Tags {
    var merged = self
    merged.set(BackupSet.Tag.expire, tags.expires?.description)
    merged.set(BackupSet.Tag.request, tags.requests.isEmpty ? nil : tags.requestValue)
    return merged
  }

  private mutating func set(_ key: String, _ value: String?) {
    guard let value else { return }
    if let place = pairs.firstIndex(where: { $0.key == key }) {
      pairs[place] = Pair(key: key, value: value)
    } else {
      pairs.append(Pair(key: key, value: value))
    }
  }

  /// The body of a request that writes them.
  var body: [UInt8] {
    let tags = pairs.map {
      "<Tag><Key>\(XMLText.escaped($0.key))</Key><Value>\(XMLText.escaped($0.value))</Value></Tag>"
    }
    let text =
      "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet>" + tags.joined() + "</TagSet></Tagging>"
    return Array(text.utf8)
  }
}

/// Text as it stands in XML.
enum XMLText {
  /// Every character that XML or a reader of it could take for something else, by its number.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&", "<", ">", "\"", "'", "\r", "\n", "\t": out += "&#\(scalar.value);"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
