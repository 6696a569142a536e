/// Events about the router itself, in the words that the control plane keeps.
extension RouterEvent {
  /// All workers use a map.
  public static func mapApplied(_ map: AppliedMap) -> RouterEvent {
    RouterEvent(kind: .mapApplied, text: "version \(map.mapVersion) is in use by all workers")
  }

  /// A map was not taken; the one in force stays.
  public static func mapRefused(_ refusal: MapRefusal, keeping version: UInt64) -> RouterEvent {
    RouterEvent(
      kind: .mapRefused, text: "version \(version) stays in use: \(refusal.code): \(refusal)")
  }

  /// The configuration was read again, and taken or refused as a whole.
  public static func reloaded(_ outcome: ConfigurationOutcome) -> RouterEvent {
    switch outcome {
    case .taken(_, let notices) where notices.isEmpty:
      RouterEvent(kind: .configurationReloaded, text: "the configuration was read again")
    case .taken(_, let notices):
      RouterEvent(
        kind: .configurationReloaded,
        text: "the configuration was read again; \(notices.count) changes need a restart")
    case .refused(let why):
      RouterEvent(kind: .configurationRefused, text: "the configuration stays as it was: \(why)")
    }
  }

  /// The router has begun to drain; how, in a few words.
  public static func drainBegun(_ text: String) -> RouterEvent {
    RouterEvent(kind: .drainBegun, text: text)
  }

  /// Another certificate is shown from now on, to clients who ask for these names.
  public static func certificateRenewed(names: [String]) -> RouterEvent {
    RouterEvent(
      kind: .certificateRenewed,
      text: "a new certificate is in use for \(names.joined(separator: ", "))")
  }
}
