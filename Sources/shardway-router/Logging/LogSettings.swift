import Logging

/// How the router logs.
struct LogSettings: Sendable {
  /// How lines look.
  enum Format: String, CaseIterable, Sendable {
    /// For people: time, level, fields, message.
    case text
    /// For programs: one JSON object a line.
    case json
  }

  var level = Logger.Level.info
  var format = Format.text
  /// Lines of one cause in a second; how many more there were is told then.
  var perCauseASecond = 20
}
