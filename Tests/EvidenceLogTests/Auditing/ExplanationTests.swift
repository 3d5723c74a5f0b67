import ErasureDomain
import EvidenceLog
import Testing
import TestKit

@Suite struct `Explained from the evidence alone` {
  @Test func `a request is told in order, with who did what and who vouches`() throws {
    let (story, request) = try EvidenceStory.whole()
    let explained = try Explanation(of: "1", in: EvidenceSource(story.folder()))
    #expect(explained.request == request.text && explained.state == "ended")
    #expect(explained.lines.map(\.entry) == story.entries(of: request).map(\.index))
    #expect(explained.lines.contains { $0.words.hasPrefix("The plan was signed") && $0.by == story.ada.person.text })
    let crm = try #require(explained.jobs.first { $0.system == "crm" && $0.verb == "erase" })
    #expect(crm.outcome == "erased" && crm.voucher == "us" && crm.seen == "second-look" && crm.attempts > 0)
    #expect(crm.details.contains { $0.contains("found") })
    #expect(explained.open.isEmpty)
    let text = explained.text
    #expect(text.contains("Still open\n  - nothing") && text.contains("not verified"))
    #expect(text.contains("who is which u-…"))
    #expect(try Explanation(of: request.text, in: EvidenceSource(story.folder())).text == text)
    let json = try CanonicalJSON(decoding: Array(try explained.json().utf8))
    #expect(json.object?["number"]?.integer == 1)
  }

  @Test func `a bundle tells the same, and says what only the log has`() throws {
    let (story, request) = try EvidenceStory.whole()
    let explained = try Explanation(of: nil, in: EvidenceSource(story.bundle(request)))
    #expect(explained.jobs == (try Explanation(of: "1", in: EvidenceSource(story.folder()))).jobs)
    #expect(explained.cannotSay.contains { $0.contains("beside the request's own entries") })
  }

  @Test func `what is open is said: an unfinished request has its reasons and its jobs`() throws {
    var (story, request) = try EvidenceStory.whole()
    let concluded = try #require(story.entries.firstIndex { $0.entry.kind == RequestConcluded.kind })
    story.entries = Array(story.entries[..<concluded])
    let open = try Explanation(of: request.text, in: EvidenceSource(story.folder()))
    #expect(open.state == "in-erasure" && open.open.contains { $0.contains("not everything that is due") })
    #expect(open.jobs.contains { $0.outcome == "open" })
    #expect(open.open.contains { $0.contains("the person was not told") })
  }

  @Test func `a request that is not there is named`() throws {
    let (story, _) = try EvidenceStory.whole()
    for name in ["3", "r-" + String(repeating: "0", count: 32), "everything"] {
      #expect(throws: AuditingProblem.unknownRequest(name)) {
        try Explanation(of: name, in: EvidenceSource(story.folder()))
      }
    }
  }

  @Test func `a bundle's page is checked like its entries`() throws {
    let (story, request) = try EvidenceStory.whole()
    var bundle = try story.bundle(request)
    bundle.files["index.html"] = try Explanation(of: nil, in: EvidenceSource(bundle)).page
    let verifier = BundleVerifier(trust: try story.trust())
    let result = try verifier.verify(bundle)
    #expect(result.isVerified && result.checked.contains { $0.hasPrefix("index.html was made again") })
    let changed = try verifier.verify(bundle.replacing("erased", with: "eraseD", in: "index.html"))
    #expect(changed.first?.path == "index.html")
    let later = try verifier.verify(bundle.replacing("of this page: 1", with: "of this page: 9", in: "index.html"))
    #expect(later.isVerified && later.notChecked.contains { $0.contains("another form") })
  }
}

@Suite struct `Figures from the evidence alone` {
  @Test func `count what a period has, and keep who vouches and what was seen apart`() throws {
    let (story, _) = try EvidenceStory.whole()
    let all = try EvidenceSource(story.folder()).figures(from: nil, until: nil)
    #expect(all.received == 2 && all.numbers == "1-2" && all.byState == ["ended": 2])
    #expect(all.refusedByGround == ["not-identified": 1] && all.reply.done == 2 && all.erasure.done == 1)
    #expect(all.outcomes.contains { $0.outcome == "erased" && $0.voucher == "us" && $0.seen == "second-look" })
    #expect(all.outcomes.contains { $0.outcome == "erased" && $0.voucher == "person" && $0.seen == "attestation" })
    #expect(all.openJobs == 0 && all.lateCount == 0)
    let settled = story.entries.count { $0.entry.kind == JobSettled.kind }
    #expect(all.outcomes.reduce(0) { $0 + $1.jobs } == settled)
    #expect(all.text.contains("us / second-look"))
    let day = try #require(CivilDate("2026-03-02"))
    let none = try EvidenceSource(story.folder()).figures(from: day.adding(days: 4_000), until: nil)
    #expect(none.received == 0 && none.reply.medianDays == nil)
  }
}

@Suite struct `A drawn sample` {
  @Test func `is that of the format document`() {
    #expect(SampleDraw.draw(3, of: 1...100, seed: "dice 5 2 6") == [27, 51, 70])
  }

  @Test func `is the same in any order, all where there are few, and another with another seed`() {
    var random = SeededGenerator(test: #function)
    let numbers = Array(1...500)
    let drawn = SampleDraw.draw(25, of: numbers, seed: "a")
    #expect(drawn.count == 25 && Set(drawn).count == 25 && drawn == drawn.sorted())
    #expect(SampleDraw.draw(25, of: numbers.shuffled(using: &random), seed: "a") == drawn)
    #expect(SampleDraw.draw(25, of: numbers, seed: "b") != drawn)
    #expect(SampleDraw.draw(25, of: 1...7, seed: "a") == Array(1...7))
    // A larger sample of the same seed has the smaller one in it.
    #expect(Set(drawn).isSubset(of: SampleDraw.draw(100, of: numbers, seed: "a")))
  }
}

@Suite struct `The content scan` {
  @Test func `finds what looks like an address, a telephone or an account number, and gives its place alone`() throws {
    for (text, kind, place) in [
      ("who is ada@example.org", PersonalDataScan.Hit.Kind.address, 10), ("\"call +31 6 1234 5678\"", .telephone, 6),
      ("paid to NL91ABNA0417164300.", .account, 8), ("+31612345678", .telephone, 0),
    ] {
      let hit = try #require(PersonalDataScan.hit(in: Array(text.utf8)), "\(text)")
      #expect(hit.kind == kind && hit.offset == place, "\(text): \(hit)")
      #expect(!"\(hit)".contains("ada") && !"\(hit)".contains("1234"))
    }
  }

  @Test func `lets pass what evidence has`() throws {
    let digest = String(repeating: "0123456789abcdef", count: 4)
    for text in [
      "sha256:\(digest)", "erasure.example/evidence+40414243+AQidentifier",
      "ssh-keygen -n erasure-approval@expunged -s x",
      "c2sp.org/tlog-proof@v1\n", "a + b = 12345678901", "2026-03-02T09:00:00Z", "NL00ABNA0417164300",
      "--key @log.vkey",
      "j-\(digest.prefix(32))", "[+12]",
    ] {
      #expect(PersonalDataScan.hit(in: Array(text.utf8)) == nil, "\(text)")
    }
    let hidden = Array("erasure-approval@expunged.ada@example.org".utf8)
    #expect(PersonalDataScan.hit(in: hidden) != nil)
  }

  @Test func `finds nothing in an honest log`() throws {
    let (story, _) = try EvidenceStory.whole()
    for (bytes, entry) in story.entries { #expect(PersonalDataScan.hit(in: bytes) == nil, "\(entry.kind)") }
    for (path, bytes) in try story.auditorsFolder().files where AuditorsFolder.made.contains(path) {
      #expect(PersonalDataScan.hit(in: bytes) == nil, "\(path)")
    }
  }
}
