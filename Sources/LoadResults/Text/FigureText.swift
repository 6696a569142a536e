/// Figures as people read them: three significant digits, units, thousands in groups.
public enum FigureText {
  /// What stands where there is no figure.
  public static let none = "–"

  /// A time in the unit that suits it: `12.3 µs`, `3.21 ms`, `1.20 s`.
  public static func time(nanoseconds: Double) -> String {
    // A value that rounds up to a thousand of one unit is one of the next.
    for (unit, length) in [("ns", 1.0), ("µs", 1e3), ("ms", 1e6)]
    where (nanoseconds / length).magnitude < 999.5 {
      return "\(significant(nanoseconds / length)) \(unit)"
    }
    return "\(significant(nanoseconds / 1e9)) s"
  }

  /// A time in the unit that suits it, or ``none``.
  public static func time(nanoseconds: UInt64?) -> String {
    nanoseconds.map { time(nanoseconds: Double($0)) } ?? none
  }

  /// A share of 1 as a percentage: `0.012 %`.
  public static func percent(_ share: Double) -> String { "\(significant(share * 100)) %" }

  /// A rate: `1,230/s`.
  public static func rate(_ perSecond: Double) -> String { "\(significant(perSecond))/s" }

  /// A multiple: `1.20 ×`.
  public static func ratio(_ value: Double) -> String { "\(significant(value)) ×" }

  /// A whole number with its thousands in groups: `12,345`.
  public static func count(_ value: Int) -> String {
    (value < 0 ? "−" : "") + grouped("\(value.magnitude)")
  }

  /// A number with three significant digits, and all its digits before the point.
  public static func significant(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? none : value < 0 ? "−∞" : "∞" }
    guard value != 0 else { return "0" }
    var decimals = 0
    var scaled = value.magnitude
    while scaled < 99.95, decimals < 9 {
      scaled *= 10
      decimals += 1
    }
    // 9.996 needs one decimal less than 9.994.
    if decimals > 0, (scaled).rounded() >= 1000 { decimals -= 1 }
    return fixed(value, decimals: decimals)
  }

  /// A number with so many decimals (0 to 12), its thousands in groups.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    let text = plain(value.magnitude, decimals: decimals)
    let whole = text.prefix { $0 != "." }
    let isZero = !text.contains { $0 != "0" && $0 != "." }
    return (value < 0 && !isZero ? "−" : "") + grouped(String(whole))
      + text.dropFirst(whole.count)
  }

  /// A number of 0 or more with so many decimals (0 to 12), for programs.
  static func plain(_ value: Double, decimals: Int) -> String {
    let whole = value.rounded(.down)
    guard whole < 1e18 else { return "\(value)" }
    let scale = (0..<decimals).reduce(UInt64(1)) { scale, _ in scale * 10 }
    let part = UInt64(((value - whole) * Double(scale)).rounded())
    let carry: UInt64 = part == scale ? 1 : 0
    let digits = "\(carry == 1 ? 0 : part)"
    let integer = "\(UInt64(whole) + carry)"
    guard decimals > 0 else { return "\(UInt64(value.rounded()))" }
    return integer + "." + String(repeating: "0", count: decimals - digits.count) + digits
  }

  private static func grouped(_ digits: String) -> String {
    guard digits.count > 3 else { return digits }
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
