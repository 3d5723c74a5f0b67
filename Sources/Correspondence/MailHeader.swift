import ErasureDomain

/// How texts and times are written in the header of a mail (RFC 5322, RFC 2047).
enum MailHeader {
  /// A name before an address: quoted, or in encoded words when it is not ASCII.
  static func phrase(_ text: String) -> String {
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) else {
      return encoded(text)
    }
    return text.utf8.allSatisfy { !Array("()<>[]:;@,.".utf8).contains($0) } ? text : "\"\(text)\""
  }

  /// A text without structure, such as a subject; `name` is the header's, which takes room in the first line.
  static func unstructured(_ text: String, after name: String) -> String {
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return encoded(text) }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let room = 76 - (lines.isEmpty ? name.utf8.count + 2 : 1)
      if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > room {
        lines.append(line)
        line = String(word)
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return (lines + [line]).joined(separator: "\r\n ")
  }

  private static func encoded(_ text: String) -> String {
    var words: [String] = []
    var part: [UInt8] = []
    for character in text {
      if part.count + character.utf8.count > 42 {
        words.append(encoded(part))
        part = []
      }
      part += Array(character.utf8)
    }
    return (words + [encoded(part)]).joined(separator: "\r\n ")
  }

  private static func encoded(_ bytes: [UInt8]) -> String { "=?utf-8?B?\(Base64.encode(bytes))?=" }

  static func date(_ time: UTCTime) -> String {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let day = time.utcDay
    // 1970-01-01 was a Thursday.
    let weekday = ((day.daysSince1970 + 3) % 7 + 7) % 7
    // 2026-03-02T09:00:00Z: the clock's digits are those of the text.
    let clock = time.description.dropFirst(11).prefix(8)
    return "\(days[weekday]), \(day.day) \(months[day.month - 1]) \(day.year) \(clock) +0000"
  }
}
