extension TrustPolicy {
  /// What a policy trusts, without names, addresses and order: two texts of one meaning give the same.
  ///
  /// Names of witnesses and groups mean nothing outside a policy, so the quorum is written out by keys.
  var meaning: Set<String> {
    var meaning = Set(logs.map { "log \($0.key.text)" })
    meaning.formUnion(witnesses.map { "witness \($0.key.text)" })
    meaning.insert("quorum \(quorum.map { expression(of: $0) } ?? "none")")
    return meaning
  }

  private func expression(of name: String) -> String {
    if let witness = witnesses.first(where: { Lines.same($0.name, name) }) { return witness.key.text }
    guard let group = groups.first(where: { Lines.same($0.name, name) }) else { return name }
    let members = group.members.map { expression(of: $0) }.sorted()
    // A group of one that asks for one says no more than its member.
    return members.count == 1 ? members[0] : "\(group.threshold) of (\(members.joined(separator: ", ")))"
  }
}
