import ErasureDomain

/// What the datasets of one system must be to each other.
struct DatasetChecks {
  let datasets: [DatasetRecord]
  /// The line of each dataset's key.
  let lines: [String: Int]

  func faults() -> [(line: Int?, message: String)] {
    var faults: [(line: Int?, message: String)] = []
    for dataset in datasets {
      let messages = kindFaults(of: dataset) + referenceFaults(of: dataset)
      faults += messages.map { (lines[dataset.name], "dataset \"\(dataset.name)\" " + $0) }
    }
    if let circle = circle() {
      let names = circle.joined(separator: ", ")
      faults.append((lines[circle[0]], "datasets belong to each other in a circle (\(names)); take one belongs-to out"))
    }
    return faults
  }

  private func kindFaults(of dataset: DatasetRecord) -> [String] {
    guard dataset.isRoot else { return [] }
    let kinds = dataset.find.map(\.kind)
    return dataset.suffices.filter { !kinds.contains($0) }.map { kind in
      let known = Set(kinds.map(\.rawValue)).sorted().joined(separator: ", ")
      return "has suffices \"\(kind)\", which find does not name; find has \(known)"
    }
  }

  private func referenceFaults(of dataset: DatasetRecord) -> [String] {
    var faults = dataset.belongsTo.compactMap { unknown($0.dataset, key: "belongs-to") }
    switch dataset.treatment {
    case .delete, .retain, .anonymise, .call: break
    case .retainWith(let other, _, _):
      if let fault = unknown(other, key: "retain with") {
        faults.append(fault)
      } else if !dataset.belongsTo.contains(where: { $0.dataset == other }) {
        faults.append("is retained with \"\(other)\" and does not belong to it; add belongs-to: {\(other): {..}}")
      } else if !isRetained(other) {
        faults.append("is retained with \"\(other)\", which is not retained; give \(other) a retain, or erase both")
      }
    case .reduce(_, let other):
      if let fault = unknown(other, key: "while-kept") {
        faults.append(fault)
      } else if !isRetained(other) {
        faults.append("is reduced while \"\(other)\" is kept, which is not retained; write erase: delete")
      } else if !belongs(other, to: dataset.name) {
        faults.append("is reduced while \"\(other)\" is kept, which does not belong to it; correct while-kept")
      }
    }
    return faults
  }

  private func unknown(_ name: String, key: String) -> String? {
    guard record(name) == nil else { return nil }
    return "has \(key) \"\(name)\", which is no dataset of this system; there are "
      + datasets.map(\.name).joined(separator: ", ")
  }

  private func record(_ name: String) -> DatasetRecord? { datasets.first { $0.name == name } }

  private func belongs(_ name: String, to parent: String) -> Bool {
    record(name)?.belongsTo.contains { $0.dataset == parent } ?? false
  }

  private func isRetained(_ name: String) -> Bool {
    switch record(name)?.treatment {
    case .retain, .retainWith: true
    case .delete, .reduce, .anonymise, .call, nil: false
    }
  }

  /// The datasets of one circle of `belongs-to`, sorted; nothing when there is none.
  private func circle() -> [String]? {
    var rest = datasets
    while true {
      // What belongs to nothing that is left is in no circle.
      let names = Set(rest.map(\.name))
      let kept = rest.filter { $0.belongsTo.contains { names.contains($0.dataset) } }
      if kept.count == rest.count { break }
      rest = kept
    }
    guard var name = rest.first?.name else { return nil }
    // Every dataset left belongs to one that is left, so walking on must come back.
    var path: [String] = []
    while !path.contains(name) {
      path.append(name)
      let next = record(name)?.belongsTo.first { parent in rest.contains { $0.name == parent.dataset } }
      guard let next else { return nil }
      name = next.dataset
    }
    return path.drop { $0 != name }.sorted()
  }
}
