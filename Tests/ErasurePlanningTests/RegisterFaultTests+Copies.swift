import ErasureDomain

@testable import ErasurePlanning

// Wrong declarations of copies.
extension RegisterFaultTests {
  private static let copies =
    "[{set: nightly, kind: backup, system: vault, keeps-days: 35, cycle: nightly, place: here, encryption: none}]"

  static let copyCases: [FaultCase] = [
    FaultCase(
      "copies: \(copies)", "",
      "o/shop.yaml:1: the system lacks \"copies\"; list its copies, or write copies: {none: {said-by: <role>, on: <date>}}"
    ),
    FaultCase(
      copies, "[]",
      "o/shop.yaml:29: \"copies\" must list copies, or say copies: {none: {said-by: <role>, on: <date>}}"),
    FaultCase(
      copies, "none",
      "o/shop.yaml:29: \"copies\" must list copies, or say copies: {none: {said-by: <role>, on: <date>}}"),
    FaultCase(
      copies, "{none: {said-by: it}}",
      "o/shop.yaml:29: \"none\" lacks \"on\"; write the date it was said"),
    FaultCase(
      copies, "{none: {said-by: it, on: 2026-02-30}}",
      "o/shop.yaml:29: \"on\" is no date; write YYYY-MM-DD"),
    FaultCase(
      "keeps-days: 35", "keeps-days: forever",
      "o/shop.yaml:29: \"keeps-days\" is forever, and that is an archive and no backup: register it as a system whose datasets retain rows by a rule"
    ),
    FaultCase(
      "keeps-days: 35", "keeps-days: 40000",
      "o/shop.yaml:29: \"keeps-days\" must be a whole number from 0 to 36500"),
    FaultCase(
      "cycle: nightly", "cycle: 1",
      "o/shop.yaml:29: \"cycle\" is a number; put it in quotes to make it a text"),
    FaultCase(
      "kind: backup, ", "",
      "o/shop.yaml:29: a copy lacks \"kind\"; say what it is: backup, staging, warehouse, search-index, cache, topic, log, export, spreadsheet"
    ),
    FaultCase(
      ", encryption: none", "",
      "o/shop.yaml:29: a copy of kind backup lacks \"encryption\"; write how they are encrypted, or none, as its owner says"
    ),
    FaultCase(
      "system: vault, keeps", "system: shop, keeps",
      "o/shop.yaml:29: copy \"nightly\" names \"shop\", which is no system of role backup; there are vault"),
  ]
}
