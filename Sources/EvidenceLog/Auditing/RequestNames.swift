import ErasureDomain

/// Tells entries of some requests from all others by their bytes, which are canonical, without reading them.
struct RequestNames {
  private static let member = Array("\"request\":\"".utf8)
  private static let length = 34

  private var names: Set<ArraySlice<UInt8>> = []

  init(_ requests: [RequestReference] = []) {
    for request in requests { insert(request) }
  }

  mutating func insert(_ request: RequestReference) { names.insert(Array(request.text.utf8)[...]) }

  /// Whether the bytes of an entry name one of the requests.
  func mayHold(_ bytes: [UInt8]) -> Bool {
    var next = 0
    while let found = ByteSearch.find(Self.member, in: bytes, from: next) {
      next = found + Self.member.count
      if names.contains(bytes[next...].prefix(Self.length)) { return true }
    }
    return false
  }
}
