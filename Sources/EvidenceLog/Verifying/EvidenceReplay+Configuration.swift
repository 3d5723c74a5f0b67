import ErasureDomain

// The rules of a change of people, signers or register: nobody appoints himself.
extension EvidenceReplay {
  /// What a nonce was given for.
  struct Change: Hashable {
    let part: ConfigurationPart
    let old: ContentDigest
    let new: ContentDigest
  }

  /// One signature: over exactly this change, and never over one that has taken effect already.
  mutating func checkChange(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: ChangeSigned.self)
    guard entry.by == facts.approval.by else { return wrong(place, "by is not who signed") }
    let change = Change(part: facts.part, old: facts.old, new: facts.new)
    guard !spent.contains(facts.nonce), changes[facts.nonce, default: change] == change else {
      return wrong(place, "its nonce was used for another change")
    }
    changes[facts.nonce] = change
    let approval = facts.approval
    guard
      let text = checkSignature(
        by: approval.keyFingerprint, namespace: ConfigurationText.namespace, deciding: facts.nonce, entry, place)
    else { return }
    let signed: ConfigurationText
    do { signed = try ConfigurationText(parsing: text) } catch {
      return wrong(place, "the signed text is no change of the configuration: \(error)")
    }
    let rules: [(Bool, String)] = [
      (Lines.same(signed.log, origin), "log"), (signed.kind == facts.part, "kind"), (signed.old == facts.old, "old"),
      (signed.new == facts.new, "new"), (Lines.same(signed.nonce, facts.nonce), "nonce"),
    ]
    if let broken = rules.first(where: { !$0.0 }) {
      return wrong(place, "the signed text has another \(broken.1) than the entry")
    }
    counts.changesSigned += 1
  }

  /// What is replaced is what was in force: else somebody decided in between under a configuration that no entry names.
  mutating func checkConfiguration(_ entry: EvidenceEntry, _ place: Place) throws {
    var (name, old) = (ConfigurationPart.register.rawValue, "")
    if entry.kind == RegisterChanged.kind {
      old = try entry.facts(as: RegisterChanged.self).old.description
    } else {
      let facts = try entry.facts(as: SignersChanged.self)
      (name, old) = (facts.file, facts.old.description)
    }
    // A bundle does not hold the changes before it.
    guard scope == .wholeLog, let inForce = answers.log().digests[name]?.description else { return }
    if !Lines.same(old, inForce) {
      return wrong(place, "it replaces \(old), and the \(name) in force was \(inForce)")
    }
    if let part = ConfigurationPart(rawValue: name), let pending = answers.log().pending?[part] {
      spent.insert(pending.nonce)
    }
  }
}
