import ArgumentParser

/// Numbers of records or identifiers, such as `2,5`.
struct OrdinalList: ExpressibleByArgument, Equatable {
  let numbers: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard !numbers.isEmpty, numbers.count == parts.count, numbers.allSatisfy({ $0 > 0 }) else { return nil }
    self.numbers = numbers
  }
}
