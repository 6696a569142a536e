internal import Foundation
internal import GRDB
internal import Synchronization

/// The control plane's memory: one SQLite database in WAL mode, shared by all processes on it.
public final class ControlStore: Sendable {
  /// The database's file.
  public let path: String
  /// The store's own name, in the source of each event.
  public let id: String

  let pool: DatabasePool
  private let signal: HeadSignal

  /// Opens a store.
  ///
  /// - Parameters:
  ///   - path: the database file.
  ///   - creating: whether to make one when there is none.
  ///   - signal: is told of each commit, on the writer's thread.
  /// - Throws: ``StoreError``.
  public init(
    path: String, creating: Bool = false, signal: HeadSignal = HeadSignal()
  ) throws(StoreError) {
    guard creating || FileManager.default.fileExists(atPath: path) else {
      throw .missing(path: path)
    }
    do {
      let pool = try DatabasePool(path: path, configuration: Self.configuration())
      // GRDB sets NORMAL for WAL databases, with which a power cut may take the last commits.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try Schema.migrator.migrate(pool)
      id = try pool.write { try Self.storeID($0) }
      self.pool = pool
    } catch {
      throw .unusable(path: path, reason: "\(error)")
    }
    self.path = path
    self.signal = signal
    signal.advance(to: try head())
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "shardway.store"
    configuration.busyMode = .timeout(ControlLimits.writerWait / .seconds(1))
    configuration.maximumReaderCount = 8
    configuration.prepareDatabase { db in
      // Checkpoints are made beside the writer, so that no commit pays for one; this is the net
      // below that.
      try db.execute(
        sql: """
          PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 65536;
          PRAGMA journal_size_limit = 268435456;
          """)
    }
    return configuration
  }

  private static func storeID(_ db: Database) throws -> String {
    if let id = try String.fetchOne(db, sql: "SELECT id FROM store") { return id }
    let id = UUID().uuidString.lowercased()
    try db.execute(sql: "INSERT INTO store VALUES (1, ?)", arguments: [id])
    try FleetTransaction.begin(db)
    return id
  }

  /// A read in one transaction, off the caller's thread.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    do {
      return try await pool.read(body)
    } catch let error as StoreError {
      throw error
    } catch {
      throw .unusable(path: path, reason: "\(error)")
    }
  }

  /// Where the log and the map stand, read from the store.
  public func head() throws(StoreError) -> Head {
    do {
      return try pool.read { try Head.fetch($0) }
    } catch {
      throw .unusable(path: path, reason: "\(error)")
    }
  }

  /// Where the log and the map stand, read from the store off the caller's thread.
  public func currentHead() async throws(StoreError) -> Head {
    try await read { try Head.fetch($0) }
  }

  /// Tells whoever waits that the store is at this head.
  func announce(_ head: Head) { signal.advance(to: head) }
}

/// Why a store can't be used.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no file.
  case missing(path: String)
  /// The database refused; `reason` is SQLite's.
  case unusable(path: String, reason: String)
  /// A row isn't what the program wrote.
  case damaged(what: String)

  /// What happened, to what, and what to do.
  public var description: String {
    switch self {
    case .missing(let path):
      "there is no store at \(path): make one with `shardway-control init`"
    case .unusable(let path, let reason): "the store at \(path) can't be used: \(reason)"
    case .damaged(let what):
      "the store is damaged: \(what); `shardway-control audit verify` and `rebuild` say more"
    }
  }
}
