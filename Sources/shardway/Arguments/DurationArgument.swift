internal import ArgumentParser

/// A duration as people write it: a number and a unit, `250ms`, `2s`, `1.5s`, `5m`, `12h`, `1d`.
struct DurationArgument: ExpressibleByArgument, Hashable, Sendable {
  /// Seconds, more than 0.
  var seconds: Double

  init(seconds: Double) { self.seconds = seconds }

  init?(argument: String) {
    let number = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let units: [Substring: Double] = [
      "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400,
    ]
    guard let value = Double(number), let unit = units[argument.dropFirst(number.count)],
      value > 0, value * unit <= 31_536_000
    else { return nil }
    seconds = value * unit
  }

  var defaultValueDescription: String { DurationText.short(seconds) }
}

/// Durations for people.
enum DurationText {
  /// `250ms`, `2s`, `5m`, `1.5h`: at most three digits that mean something.
  static func short(_ seconds: Double) -> String {
    let units: [(name: String, seconds: Double)] = [
      ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1), ("ms", 0.001),
    ]
    let unit = units.first { seconds >= $0.seconds * 0.999_5 } ?? ("ms", 0.001)
    return NumberText.significant(seconds / unit.seconds, digits: 3) + unit.name
  }
}

/// Numbers for people.
enum NumberText {
  /// A number with so many significant digits, without zeros at its end and without an exponent.
  static func significant(_ value: Double, digits: Int) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    var scale = 1.0
    var places = digits - 1
    var rest = value.magnitude
    while rest >= 10 { (rest, places) = (rest / 10, places - 1) }
    while rest < 1 { (rest, places) = (rest * 10, places + 1) }
    for _ in 0..<places.magnitude { scale *= 10 }
    let rounded =
      places >= 0 ? (value * scale).rounded() / scale : (value / scale).rounded() * scale
    return fixed(rounded, places: max(0, min(places, 12)))
  }

  /// A share such as `1 in 10,000`.
  static func oneIn(_ share: Double) -> String {
    guard share > 0 else { return "never" }
    guard share < 1 else { return "always" }
    return share > 0.5 ? "\(significant(share * 100, digits: 3)) %" : "1 in \(grouped(1 / share))"
  }

  /// A whole number with commas: `12,000`; large ones with three significant digits.
  static func grouped(_ value: Double) -> String {
    let text = significant(value, digits: 3)
    let parts = text.split(separator: ".", maxSplits: 1)
    var whole = ""
    for (place, digit) in parts[0].reversed().enumerated() {
      if place > 0 && place.isMultiple(of: 3) { whole.append(",") }
      whole.append(digit)
    }
    return String(whole.reversed()) + (parts.count > 1 ? ".\(parts[1])" : "")
  }

  private static func fixed(_ value: Double, places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    var digits = "\(Int64(scaled))"
    if digits.count <= places {
      digits = String(repeating: "0", count: places + 1 - digits.count) + digits
    }
    var text = String(digits.dropLast(places))
    var fraction = digits.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    if !fraction.isEmpty { text += ".\(fraction)" }
    return (value < 0 ? "-" : "") + text
  }
}
