import Admission

/// Events about overload in words for the log.
extension WorkerEvent.Kind {
  /// Whether it says that a shortage is over.
  public var isRelief: Bool {
    switch self {
    case .overload(let level, _): level == .none
    case .acceptPace(let state): state == .open
    default: false
    }
  }

  /// What a change of the level, or of the way of accepting, means; empty for other events.
  public var shortageText: String {
    switch self {
    case .overload(.none, _): "overload is over: nothing is given up any more"
    case .overload(let level, let cause):
      "overload: short of \(cause.name), level \(level.name); SHOW OVERLOAD tells more"
    case .acceptPace(.open): "clients are accepted as they come again"
    case .acceptPace(.slowed): "accepting is slowed: little room is left for clients"
    case .acceptPace(.stopped): "accepting is stopped: what room is left is for those that are in"
    default: ""
    }
  }
}
