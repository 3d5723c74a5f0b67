import CPageFiles
import ErasureDomain
import Mustache

/// What the page is made of: templates, words, style and script, all of them bytes of the program.
struct PageFiles: Sendable {
  /// Why the page's own files do not serve.
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  /// `page.css` and the like, by name.
  let assets: [String: [UInt8]]
  let templates: MustacheLibrary
  let words: [PageWords]
  private let sentences: [PageSentences]

  init() throws(Fault) {
    var assets: [String: [UInt8]] = [:]
    var templates: [String: MustacheTemplate] = [:]
    var lines: [String] = []
    var sentences: [String] = []
    for (name, bytes) in Self.all {
      let parts = name.split(separator: "/").map(String.init)
      let text = String(decoding: bytes, as: UTF8.self)
      switch parts[0] {
      case "Assets": assets[parts[1]] = bytes
      case "Words" where parts[1].hasSuffix(".sentences"):
        sentences += text.split(separator: "\n").map(String.init)
      case "Words": lines += text.split(separator: "\n").map(String.init)
      default:
        do {
          templates[String(parts[1].prefix { $0 != "." })] = try MustacheTemplate(string: text)
        } catch {
          throw Fault(description: "the template \(name) does not read: \(error)")
        }
      }
    }
    self.assets = assets
    self.templates = MustacheLibrary(templates: templates)
    words = [try PageWords(lines: lines, in: .english), try PageWords(lines: lines, in: .dutch)]
    self.sentences = [
      try PageSentences(lines: sentences, in: .english), try PageSentences(lines: sentences, in: .dutch),
    ]
  }

  func words(in language: PageWords.Language) -> PageWords {
    words[language == .english ? 0 : 1]
  }

  /// The desk's sentences in a language.
  func sentences(in language: PageWords.Language) -> PageSentences {
    sentences[language == .english ? 0 : 1]
  }

  /// Every file with its name below `Listeners/Page`.
  static var all: [(name: String, bytes: [UInt8])] {
    var files: [(String, [UInt8])] = []
    while let file = page_file_at(files.count) {
      let bytes = UnsafeBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
      files.append((String(cString: file.pointee.name), Array(bytes)))
    }
    return files
  }
}
