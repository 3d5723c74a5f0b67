import ErasureDomain

/// What comes next: a binary heap by time.
struct Calendar {
  private var heap: [(at: UTCTime, order: Int, request: BenchRequest)] = []
  private var order = 0

  var nextAt: UTCTime? { heap.first?.at }

  mutating func put(_ request: BenchRequest) {
    guard let at = request.nextAt else { return }
    order += 1
    heap.append((at, order, request))
    var child = heap.count - 1
    while child > 0, comesFirst(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func takeFirst() -> (at: UTCTime, request: BenchRequest)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return (first.at, first.request) }
    heap[0] = last
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { comesFirst($0, $1) }), comesFirst(least, parent) else { break }
      heap.swapAt(least, parent)
      parent = least
    }
    return (first.at, first.request)
  }

  private func comesFirst(_ left: Int, _ right: Int) -> Bool {
    (heap[left].at, heap[left].order) < (heap[right].at, heap[right].order)
  }
}
