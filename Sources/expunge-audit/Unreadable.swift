/// A file or folder that cannot be read; the evidence is neither right nor wrong.
struct Unreadable: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
