internal import GRDB
public import Logging
public import ServiceLifecycle

/// Looks after a store while it is served: notices what other processes commit, and moves the
/// write-ahead log into the database beside the writers.
public struct StoreWatch: Service {
  /// Time between two checkpoints.
  static let checkpointInterval = Duration.milliseconds(500)

  private let store: ControlStore
  private let logger: Logger

  /// A watch over a store.
  public init(store: ControlStore, logger: Logger) {
    self.store = store
    self.logger = logger
  }

  /// Runs until the service group stops.
  public func run() async throws {
    let looking = try store.companion(label: "shardway.watch")
    let moving = try store.companion(label: "shardway.checkpoint")
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.look(looking) }
      group.addTask { await self.checkpoint(moving) }
      try? await gracefulShutdown()
      group.cancelAll()
    }
  }

  /// SQLite's data version changes with every commit of another connection: one cheap question.
  private func look(_ database: DatabaseQueue) async {
    var version: Int64?
    while !Task.isCancelled {
      do {
        let current = try await database.read { try Int64.fetchOne($0, sql: "PRAGMA data_version") }
        if current != version {
          version = current
          store.announce(try await store.currentHead())
        }
      } catch  where !Task.isCancelled {
        logger.error("the store can't be looked at: \(error)")
        try? await Task.sleep(for: .seconds(1))
      } catch {}
      try? await Task.sleep(for: ControlLimits.otherProcessLook)
    }
  }

  private func checkpoint(_ database: DatabaseQueue) async {
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.checkpointInterval)
      do {
        try await database.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        // A reader is in the way; the next round comes soon.
      } catch  where !Task.isCancelled {
        logger.error("the write-ahead log can't be moved into the database: \(error)")
      } catch {}
    }
  }
}

extension ControlStore {
  /// Another connection to the database.
  func companion(label: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = label
    configuration.busyMode = .timeout(1)
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    return try DatabaseQueue(path: path, configuration: configuration)
  }
}
