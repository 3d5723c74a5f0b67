import ErasureDomain
import HTTPTransport
import Testing

struct RetryAfterTests {
  /// The example of RFC 9110 section 5.6.7.
  let date = "Sun, 06 Nov 1994 08:49:37 GMT"
  let instant = UTCTime(secondsSince1970: 784_111_777)

  @Test(arguments: [
    ("0", 0), ("120", 120), (" 120\t", 120), ("0007", 7), ("86400", 86_400), ("86401", 86_400),
    ("99999999999999999999999", 86_400),
  ])
  func `seconds are read and capped at a day`(value: String, seconds: Int) {
    #expect(RetryAfter.parse(value, now: instant) == seconds)
  }

  @Test func `a date is read as the seconds until then`() {
    #expect(RetryAfter.parse(date, now: instant.adding(seconds: -90)) == 90)
    #expect(RetryAfter.parse(date, now: instant) == 0)
    #expect(RetryAfter.parse(date, now: instant.adding(seconds: 5_000)) == 0)
    #expect(RetryAfter.parse(date, now: instant.adding(seconds: -200_000)) == RetryAfter.maximumSeconds)
  }

  @Test(arguments: [
    "", " ", "soon", "-5", "+5", "1.5", "12 s", "0x10", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT.", "Son, 06 Nov 1994 08:49:37 GMT", "Sün, 06 Nov 1994 08:49:37 GM",
  ])
  func `anything else is no answer`(value: String) {
    #expect(RetryAfter.parse(value, now: instant) == nil)
  }
}
