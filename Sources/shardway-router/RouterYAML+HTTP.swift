import ConfigurationFile
import DataPlane
import ShardMap
import Telemetry

extension RouterYAML {
  /// The HTTP server.
  struct HTTP: Decodable {
    var address: String
    var latencyBuckets: [String]?
  }

  /// The keys of the section.
  static let httpKeys: [String: Set<String>] = ["http": ["address", "latencyBuckets"]]

  /// The section's settings, or the first field that can't be right.
  func checkedHTTP() throws(FieldError) -> HTTPSettings? {
    guard let given = http else { return nil }
    guard let address = SocketAddress(given.address, orAnyPort: true) else {
      throw FieldError(
        "http.address", "\"\(given.address)\" is no address; write IPv4:PORT or [IPv6]:PORT")
    }
    let others = listeners.map(\.address) + [admin?.address].compactMap { $0 }
    if address.port != 0, others.contains(where: { SocketAddress($0) == address }) {
      throw FieldError("http.address", "a listener or the admin console has this address already")
    }
    var settings = HTTPSettings(address: address)
    if let buckets = given.latencyBuckets { settings.bounds = try Self.bounds(buckets) }
    return settings
  }

  private static func bounds(_ texts: [String]) throws(FieldError) -> HistogramBounds {
    guard 1...HistogramBounds.limit ~= texts.count else {
      throw FieldError("http.latencyBuckets", "name 1 to \(HistogramBounds.limit) bounds")
    }
    var bounds: [UInt64] = []
    for (place, text) in texts.enumerated() {
      let field = "http.latencyBuckets[\(place)]"
      guard let nanoseconds = Self.nanoseconds(text) else {
        throw FieldError(
          field, "\"\(text)\" must be a whole number of us, ms or s, up to an hour, as 2500us")
      }
      guard nanoseconds > bounds.last ?? 0 else {
        throw FieldError(field, "must be longer than the bound before it")
      }
      bounds.append(nanoseconds)
    }
    return HistogramBounds(nanoseconds: bounds)
  }

  /// Finer than other times: objectives of a router may be below a millisecond.
  private static func nanoseconds(_ text: String) -> UInt64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: UInt64] = ["us": 1000, "ms": 1_000_000, "s": 1_000_000_000]
    guard let number = UInt64(digits), let unit = units[text.dropFirst(digits.count)],
      1...3_600_000_000_000 / unit ~= number
    else { return nil }
    return number * unit
  }
}
