import ErasureDomain

/// A made-up person.
struct DemoPerson {
  let number: Int
  let firstName: String
  let lastName: String
  let email: String
  let billingEmail: String?
  let customerNo: String
  let isCustomer: Bool
  let phone: String
  let street: String
  let city: String

  var fullName: String { "\(firstName) \(lastName)" }
}

/// Made-up Dutch-looking people, the same for one seed and count. One is the customer of the demo.
struct DemoPeople {
  /// The data subject of the demo.
  static let subjectEmail = "ada.devries@example.org"
  static let subjectCustomerNo = "4711"

  let all: [DemoPerson]

  /// `count` people, at least one; a later person has a higher number.
  init(count: Int, seed: UInt64) {
    var random = DemoRandom(seed: seed)
    let subject = count / 2 + 1
    all = (1...max(count, 1)).map { number in
      let drawn = Self.person(number, &random)
      return number == subject ? Self.subject(number) : drawn
    }
  }

  private static func subject(_ number: Int) -> DemoPerson {
    DemoPerson(
      number: number, firstName: "Ada", lastName: "de Vries", email: subjectEmail,
      billingEmail: "administratie@example.com", customerNo: subjectCustomerNo, isCustomer: true,
      phone: "+31000004711", street: "Lindegracht 12", city: "Haarlem")
  }

  private static func person(_ number: Int, _ random: inout DemoRandom) -> DemoPerson {
    // Every hundredth has the demo customer's name: other people's data, which must stay.
    let isNamesake = number % 100 == 7
    let first = isNamesake ? "Ada" : random.one(of: firstNames)
    let last = isNamesake ? "de Vries" : random.one(of: lastNames)
    let letters = (first + "." + last).lowercased().filter { $0.isASCII && ($0.isLetter || $0 == ".") }
    let host = random.chance(2) ? "example.org" : "example.com"
    let email = "\(letters).\(number)@\(host)"
    let billing = random.chance(12) ? "administratie@example.com" : random.chance(3) ? email : nil
    return DemoPerson(
      number: number, firstName: first, lastName: last, email: email, billingEmail: billing,
      customerNo: String(10_000 + number), isCustomer: random.number(in: 1...3) != 1,
      // No Dutch number begins with 0 after the country code: nobody can have it.
      phone: "+31000" + pad(number, to: 6), street: "\(random.one(of: streets)) \(random.number(in: 1...180))",
      city: random.one(of: cities))
  }

  static func pad(_ number: Int, to digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static let firstNames = [
    "Anna", "Bram", "Carlijn", "Daan", "Eefje", "Femke", "Gijs", "Hanneke", "Ilse", "Jasper", "Karin", "Lotte",
    "Maarten", "Noor", "Olga", "Pieter", "Quinten", "Roos", "Sanne", "Teun", "Ursula", "Vera", "Wouter", "Yara",
    "Zeger", "Fatima", "Mehmet", "Aïsha", "Jürgen", "Zoë", "Ada", "Thijs", "Marieke", "Koen", "Willemijn", "Joost",
  ]
  private static let lastNames = [
    "de Vries", "Jansen", "van den Berg", "Bakker", "van Dijk", "Visser", "Smit", "Meijer", "de Boer", "Mulder",
    "de Groot", "Bos", "Vos", "Peters", "Hendriks",
    "van Leeuwen", "Dekker", "Brouwer", "de Wit", "Dijkstra", "Smits",
    "de Graaf", "van der Meer", "Kok", "Jacobs", "Vermeulen", "van Beek", "Post", "Kuiper", "Yılmaz", "Ouali", "O'Neil",
    "Hoekstra", "ter Horst", "in 't Veld", "Prins", "Huisman", "Postma", "Schouten", "Willems",
  ]
  private static let streets = [
    "Dorpsstraat", "Kerkstraat", "Molenweg", "Lindelaan", "Stationsweg", "Havenkade", "Beukenlaan", "Schoolstraat",
    "Oranjestraat", "Markt", "Wilgenpad", "Nieuwstraat", "Achterweg", "Parallelweg", "Tulpstraat", "Zandpad",
  ]
  private static let cities = [
    "Amsterdam", "Rotterdam", "Utrecht", "Haarlem", "Groningen", "Zwolle", "Arnhem", "Breda", "Leiden", "Delft",
    "Deventer", "Middelburg", "Maastricht", "Alkmaar", "Assen", "Leeuwarden", "Tilburg", "Nijmegen", "Gouda", "Hoorn",
  ]
}

/// Numbers that a seed repeats (SplitMix64).
struct DemoRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// True once in `of` on average.
  mutating func chance(_ of: Int) -> Bool { number(in: 1...of) == 1 }

  mutating func one<Element>(of elements: [Element]) -> Element { elements[number(in: 0...elements.count - 1)] }
}
