import Wire

/// What all machines of a router go by.
struct ProbeRules: Sendable {
  let settings: ProbeSettings
  let timetable: ProbeTimetable
  /// A login for each connection.
  let makeLogin: @Sendable () -> ProbeLogin
  /// The startup packet.
  let startup: [UInt8]

  init(
    _ settings: ProbeSettings, seed: UInt64, makeLogin: @escaping @Sendable () -> ProbeLogin
  ) {
    self.settings = settings
    timetable = ProbeTimetable(interval: settings.interval, seed: seed)
    self.makeLogin = makeLogin
    startup = Self.startup(settings)
  }

  /// Names of at most 63 bytes without a zero byte, as settings have them, always make a packet.
  private static func startup(_ settings: ProbeSettings) -> [UInt8] {
    do throws(StartupPacketError) {
      var writer = StartupMessageWriter()
      try writer.append(name: "user", value: settings.user)
      try writer.append(name: "database", value: settings.database)
      try writer.append(name: "application_name", value: "shardway-probe")
      return try writer.finish()
    } catch {
      preconditionFailure("probes.user and probes.database are checked with the settings: \(error)")
    }
  }
}
