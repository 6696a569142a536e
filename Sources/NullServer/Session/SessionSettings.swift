import Wire

/// The settings of one session: what PostgreSQL reports by itself, and whatever else is set.
///
/// A rollback does not undo changes, and those for one transaction only are taken and change nothing.
struct SessionSettings {
  /// A setting that differs from the server's own.
  private struct Change {
    let name: [UInt8]
    var value: [UInt8]
  }

  /// The settings that PostgreSQL 15 reports, as they are called, and what this server has them at.
  static let reported: [(name: String, value: String)] = [
    ("application_name", ""), ("client_encoding", "UTF8"), ("DateStyle", "ISO, MDY"),
    ("default_transaction_read_only", "off"), ("in_hot_standby", "off"),
    ("integer_datetimes", "on"), ("IntervalStyle", "postgres"), ("is_superuser", "off"),
    ("server_encoding", "UTF8"), ("server_version", FunctionReader.Identity.version),
    ("session_authorization", ""), ("standard_conforming_strings", "on"), ("TimeZone", "Etc/UTC"),
  ]

  /// Others that are asked for now and then.
  private static let others: [(name: String, value: String)] = [
    ("server_version_num", "150014"), ("transaction_isolation", "read committed"),
    ("transaction_read_only", "off"), ("search_path", "\"$user\", public"),
    ("extra_float_digits", "1"), ("statement_timeout", "0"), ("max_connections", "100000"),
    ("synchronous_commit", "on"),
  ]

  private static let defaults: [[UInt8]: [UInt8]] = Dictionary(
    uniqueKeysWithValues: (reported + others).map { (lowered($0.name), Array($0.value.utf8)) })

  /// The places of the reported settings, by their names in lower case.
  private static let places: [[UInt8]: Int] = Dictionary(
    uniqueKeysWithValues: reported.enumerated().map { (lowered($1.name), $0) })

  /// What the client asked for when it began; `RESET` comes back to it.
  private var startup: [Change] = []
  /// What was set since.
  private var changes: [Change] = []
  /// The reported settings that the client has to be told of.
  private var untold: [Int] = []

  /// Takes what stands in the startup message.
  mutating func start(_ name: [UInt8], _ value: [UInt8]) {
    guard startup.count < NullServerLimits.settings else { return }
    startup.append(Change(name: Self.lowered(name), value: value))
  }

  /// The messages that report all settings at the start.
  func startReports() -> [UInt8] {
    Self.reported.indices.flatMap { report($0) }
  }

  /// The value of a setting; nil if there is none of this name.
  func value(_ name: [UInt8]) -> [UInt8]? {
    let name = Self.lowered(name)
    return changes.last { $0.name == name }?.value ?? startup.last { $0.name == name }?.value
      ?? Self.defaults[name]
  }

  /// Sets a setting, or resets it with nil.
  ///
  /// - Returns: false if too many were set.
  mutating func set(_ name: [UInt8], _ value: [UInt8]?) -> Bool {
    let name = Self.lowered(name)
    let before = self.value(name)
    changes.removeAll { $0.name == name }
    if let value {
      guard changes.count < NullServerLimits.settings else { return false }
      changes.append(Change(name: name, value: value))
    }
    if let place = Self.places[name], self.value(name) != before { note(place) }
    return true
  }

  /// Resets all.
  mutating func resetAll() {
    let names = changes.map(\.name)
    for name in names { _ = set(name, nil) }
    changes = []
  }

  /// The messages that tell the client what has changed; empty, and without cost, when nothing has.
  mutating func takeReports() -> [UInt8] {
    guard !untold.isEmpty else { return [] }
    let reports = untold.flatMap { report($0) }
    untold = []
    return reports
  }

  private mutating func note(_ place: Int) {
    if !untold.contains(place) { untold.append(place) }
  }

  private func report(_ place: Int) -> [UInt8] {
    let name = Self.reported[place].name
    let value = self.value(Array(name.utf8)) ?? []
    return ParameterStatus.encoded(name: name, value: String(decoding: value, as: UTF8.self))
  }

  private static func lowered(_ name: String) -> [UInt8] { lowered(Array(name.utf8)) }

  private static func lowered(_ name: [UInt8]) -> [UInt8] {
    name.map { 65...90 ~= $0 ? $0 | 0x20 : $0 }
  }
}
