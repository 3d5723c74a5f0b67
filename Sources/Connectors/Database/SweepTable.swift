import ErasureDomain

/// A table to sweep.
struct SweepTable: Sendable {
  struct Column: Sendable {
    /// What a value of the column can be at all.
    enum Reading: Sendable {
      /// Anything: compared, and searched inside.
      case text
      /// Whole numbers: only compared, and only with digits.
      case number
      /// Dates: only compared, and only with what begins like one.
      case date
    }

    let name: String
    /// As the schema writes it.
    let type: String
    let reading: Reading

    /// The values that can stand in it.
    func possible(_ values: [String]) -> [String] {
      values.filter { value in
        let bytes = value.utf8
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        return switch reading {
        case .text: true
        case .number: !bytes.isEmpty && bytes.count <= 38 && bytes.allSatisfy(isDigit)
        case .date: bytes.count >= 10 && bytes.prefix(4).allSatisfy(isDigit) && bytes.dropFirst(4).first == 0x2D
        }
      }
    }
  }

  /// As the register names it.
  let name: String
  let columns: [Column]
}
