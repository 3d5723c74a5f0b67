/// The final answer to a request, whole and within its limits.
public struct HTTPResponse: Sendable {
  /// The status code, 200 to 599.
  public let status: Int
  /// Header fields in the order received; trailers are left out.
  public let headers: [(name: String, value: String)]
  /// The body as sent, not decompressed.
  public let body: [UInt8]

  /// An answer made from its parts.
  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The value of the first field of that name, in any case.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }
}

extension HTTPResponse: CustomStringConvertible, CustomReflectable {
  /// Status and sizes only: headers and body may name a person.
  public var description: String { "status \(status) with \(headers.count) headers and \(body.count) bytes" }

  /// Nothing, so that `dump` and a failed test print no more than `description` does.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
