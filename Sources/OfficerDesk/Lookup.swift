import ErasureDomain
import Journal
import OfficerAPI

extension OfficerDesk {
  /// A request by reference (`r-…`) or number.
  func find(_ text: String) async throws -> RequestRecord {
    let record: RequestRecord?
    if let reference = RequestReference(text) {
      record = try await journal.read { reader in try reader.request(reference) }
    } else if let number = Int(text) {
      record = try await journal.read { reader in try reader.request(number: number) }
    } else {
      throw Refusal(.invalid, "\"\(Self.shown(text))\" is neither a request's reference (r-…) nor a number")
    }
    guard let record else { throw Refusal(.notFound, "there is no request \(Self.shown(text))") }
    return record
  }

  /// A plan by its reference, or the newest of a request.
  func findPlan(_ text: String) async throws -> PlanRecord {
    if let reference = PlanReference(text) {
      guard let plan = try await journal.read({ reader in try reader.plan(reference) }) else {
        throw Refusal(.notFound, "there is no plan \(reference)")
      }
      return plan
    }
    let request = try await find(text)
    guard let reference = request.plan, let plan = try await journal.read({ reader in try reader.plan(reference) })
    else { throw Refusal(.notFound, "request \(request.number) has no plan yet; make one with `expunge plan`") }
    return plan
  }

  func findJob(_ text: String) async throws -> JobRecord {
    guard let reference = JobReference(text) else {
      throw Refusal(.invalid, "\"\(Self.shown(text))\" is no job's reference (j-…)")
    }
    guard let job = try await journal.read({ reader in try reader.job(reference) }) else {
      throw Refusal(.notFound, "there is no job \(reference)")
    }
    return job
  }

  func append<Facts: EntryFacts>(
    _ facts: Facts, about subject: EntrySubject, by person: PersonReference?, expecting revision: Int?
  ) async throws {
    try await journal.append(
      [try EntryDraft(facts, about: subject, by: person)], to: subject.stream, expecting: revision)
  }

  /// What a caller typed, cut, and never more than a reference would be.
  static func shown(_ text: String) -> String {
    let known = text.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 }
    return known && text.utf8.count <= 40 ? text : "(not shown)"
  }

  static func code(_ text: String, _ what: String) throws -> String {
    guard SystemName.isName(text) else {
      throw Refusal(.invalid, "\(what) is a code of lower-case letters, digits and hyphens, at most 64")
    }
    return text
  }
}
