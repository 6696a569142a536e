/// What lives in a PostgreSQL session from one transaction to the next, and must not pass from one client to another.
struct SessionState: Equatable {
  /// Values of settings, by their names as servers spell them.
  var settings = SessionState.defaults
  var temporaryTables: Set<String> = []
  /// What is listened to.
  var channels: Set<String> = []

  /// Settings whose changes are reported to the client, in the order of the greeting.
  static let reported = [
    "server_version", "client_encoding", "DateStyle", "IntervalStyle", "TimeZone",
    "standard_conforming_strings", "application_name", "default_transaction_read_only",
  ]

  /// What a session begins with.
  static let defaults = [
    "server_version": "15.0", "client_encoding": "UTF8", "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres", "TimeZone": "UTC", "standard_conforming_strings": "on",
    "application_name": "", "default_transaction_read_only": "off", "work_mem": "4MB",
  ]
}
