/// Why a command of this program cannot go on: what, which, and what to do.
struct DemoProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
