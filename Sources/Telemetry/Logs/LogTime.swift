/// Times as lines of the log have them (RFC 3339, UTC).
public enum LogTime {
  /// `2026-11-29T06:05:04.123Z`, from milliseconds since 1970.
  public static func text(milliseconds: Int64) -> String {
    let (days, ofDay) = milliseconds.quotientAndFloor(by: 86_400_000)
    let date = civil(days)
    let seconds = ofDay / 1000
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
      + "T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
      + ".\(padded(ofDay % 1000, 3))Z"
  }

  /// The date of a day since 1970, in the Gregorian calendar: years are counted from March, so that the leap day is their last, and in eras of 400.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, ofEra) = (days + 719_468).quotientAndFloor(by: 146_097)
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let dayOfYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1
    )
  }

  private static func padded(_ number: Int64, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

extension Int64 {
  /// The quotient that is not above the exact one, and the remainder, which is not negative.
  fileprivate func quotientAndFloor(by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
