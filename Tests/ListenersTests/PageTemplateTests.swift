import Testing

@testable import Listeners

@Suite struct `The templates of the page` {
  private let files: PageFiles
  private let sources: [(name: String, text: String)]

  init() throws {
    files = try PageFiles()
    sources = PageFiles.all.filter { $0.name.hasPrefix("Templates/") }.map { file in
      (file.name, String(decoding: file.bytes, as: UTF8.self))
    }
  }

  @Test func `ask for words that are there, in both languages`() {
    for (name, text) in sources {
      for match in text.matches(of: /\{\{w\.([a-z0-9.-]+)\}\}/) {
        let key = String(match.1)
        for words in files.words { #expect(words.has(key), "\(name) asks for \(key)") }
      }
    }
  }

  @Test func `are made of parts that are there`() {
    let names = Set(sources.map { $0.name.dropFirst("Templates/".count).prefix { $0 != "." } })
    for (name, text) in sources {
      for match in text.matches(of: /\{\{[><]([a-z-]+)\}\}/) {
        #expect(names.contains(match.1), "\(name) lacks \(match.1)")
      }
    }
  }

  @Test func `put the session's token into every form that changes something`() {
    for (name, text) in sources {
      for form in text.matches(of: /<form[^>]*method="post"[^>]*>(?<inside>[\s\S]*?)<\/form>/) {
        let inside = form.inside
        #expect(inside.contains("name=\"form-token\"") || inside.contains("{{>passkey}}"), "a form of \(name)")
      }
    }
  }

  @Test func `have no script and no style inside`() {
    for (name, text) in sources {
      #expect(text.firstMatch(of: /<script(?! src="\/page\.js")|<style|\sstyle=|\son[a-z]+=/) == nil, "\(name)")
    }
  }

  @Test func `name the field of every label`() {
    for (name, text) in sources {
      for label in text.matches(of: /<label for="([^"{]+)"/) {
        #expect(text.contains("id=\"\(label.1)\""), "\(name) labels \(label.1), which is not there")
      }
    }
  }
}
