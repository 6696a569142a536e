import Synchronization

/// What reading the configuration again has come to.
public enum ConfigurationReading: Sendable {
  /// All of it is good: the settings as they are written, and what the operator is told.
  case good(RouterSettings, notices: [String])
  /// Something is not; why, with the file and the line.
  case bad(String)
}

/// What became of an attempt to change the configuration: all of it or nothing.
public enum ConfigurationOutcome: Sendable, Equatable {
  /// It is in force as this version; what the operator is told of it.
  case taken(version: UInt64, notices: [String])
  /// Nothing has changed; why.
  case refused(String)
}

/// The configuration in force, and how another comes into force.
///
/// A new one is read and checked as a whole before anybody sees any of it. Then each worker gets it
/// as one immutable object, and takes it between two turns: no session sees half of it.
public final class ConfigurationKeeper: Sendable {
  /// A configuration that is, or was, in force.
  public struct Edition: Sendable {
    /// 1 from the start, and one more with each that was taken.
    public let version: UInt64
    /// What is in force: of what was read, as much as can change without a restart.
    public let settings: RouterSettings
  }

  private struct State {
    var edition: Edition
    var refusedCount: UInt64 = 0
    var lastRefusal: String?
  }

  private let state: Mutex<State>
  /// Held while one is read and handed out, so that two who want it at once come one after the other.
  private let turn = Mutex<Void>(())
  private let read: (@Sendable () -> ConfigurationReading)?
  private let workers: [WorkerContext]
  /// Hears of each attempt.
  private let told: @Sendable (ConfigurationOutcome) -> Void
  /// The client connections that workers have made room for.
  private let mostConnections: Int

  init(
    _ settings: RouterSettings, workers: [WorkerContext],
    read: (@Sendable () -> ConfigurationReading)?,
    told: @escaping @Sendable (ConfigurationOutcome) -> Void = { _ in }
  ) {
    self.told = told
    state = Mutex(State(edition: Edition(version: 1, settings: settings)))
    self.workers = workers
    mostConnections = settings.limits.clientConnections
    self.read = read
  }

  /// What is in force.
  public var edition: Edition { state.withLock { $0.edition } }
  /// How often another configuration came into force.
  public var takenCount: UInt64 { edition.version - 1 }
  /// How often one was refused.
  public var refusedCount: UInt64 { state.withLock { $0.refusedCount } }
  /// Why one was refused last; nil where none was since the last that was taken.
  public var lastRefusal: String? { state.withLock { $0.lastRefusal } }

  /// The version that every worker uses: the newest, or for a moment the one before it.
  public var versionInUse: UInt64 {
    (workers.map { $0.report.count(.configurationsTaken) }.min() ?? takenCount) + 1
  }

  /// Reads the configuration again, and puts it in force if all of it is good.
  ///
  /// - Returns: what became of it; nil where there is nothing to read.
  /// - Complexity: reads files, so not for a worker's thread.
  public func reload() -> ConfigurationOutcome? {
    guard let read else { return nil }
    let outcome: ConfigurationOutcome = turn.withLock { _ in
      switch read() {
      case .bad(let why):
        state.withLock { state in
          state.refusedCount += 1
          state.lastRefusal = why
        }
        return .refused(why)
      case .good(let settings, let notices):
        return .taken(version: put(settings), notices: notices)
      }
    }
    told(outcome)
    return outcome
  }

  /// Hands settings to the workers.
  private func put(_ wanted: RouterSettings) -> UInt64 {
    var settings = edition.settings.changed(to: wanted)
    settings.limits.clientConnections = min(settings.limits.clientConnections, mostConnections)
    let version = state.withLock { state in
      state.edition = Edition(version: state.edition.version + 1, settings: settings)
      state.lastRefusal = nil
      return state.edition.version
    }
    for worker in workers {
      let change = SettingsChange(settings.ofGroup(settings.rules(ofGroup: worker.group)))
      worker.budget.limit = GroupMeans.connections(ofGroup: worker.group, settings)
      worker.mailbox.post(.settings(change))
    }
    return version
  }
}

/// The settings that a worker goes on with: one object, which nobody changes.
final class SettingsChange: Sendable {
  let settings: RouterSettings

  init(_ settings: RouterSettings) { self.settings = settings }
}
