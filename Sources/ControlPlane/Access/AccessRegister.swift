internal import Files
public import Logging
internal import Synchronization

/// The token file, read again when it changes. A file that can't be read leaves the tokens in force
/// as they are.
public final class AccessRegister: Sendable {
  /// Least time between two looks at the file.
  public static let lookInterval = Duration.milliseconds(250)

  private struct State {
    var list: AccessList
    var stamp: FileStamp?
    var nextLook: ContinuousClock.Instant
  }

  private let path: String
  private let load: @Sendable (String) throws -> AccessList
  private let logger: Logger
  private let state: Mutex<State>

  /// Reads the file for the first time.
  public init(
    path: String, logger: Logger, load: @escaping @Sendable (String) throws -> AccessList
  ) throws {
    self.path = path
    self.load = load
    self.logger = logger
    let stamp = FileStamp(of: path)
    state = Mutex(State(list: try load(path), stamp: stamp, nextLook: .now + Self.lookInterval))
  }

  /// Whose token this is.
  public func caller(of token: String) -> Caller? { list.caller(of: token) }

  /// The tokens in force.
  public var list: AccessList {
    state.withLock { state in
      let now = ContinuousClock.now
      if now >= state.nextLook {
        state.nextLook = now + Self.lookInterval
        look(&state)
      }
      return state.list
    }
  }

  private func look(_ state: inout State) {
    let stamp = FileStamp(of: path)
    guard stamp != state.stamp else { return }
    state.stamp = stamp
    do {
      state.list = try load(path)
      logger.notice("tokens read again: \(state.list.entries.count) from \(path)")
    } catch {
      logger.error("tokens stay as they were: \(error)")
    }
  }
}
