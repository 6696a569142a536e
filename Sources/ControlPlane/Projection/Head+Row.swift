internal import GRDB
internal import ShardMap

extension Head {
  static func fetch(_ db: Database) throws -> Head {
    guard
      let row = try db.row("SELECT sequence, committed, root, count, hash FROM head"),
      let root = MapRoot(bytes: row.blob(2)), let hash = ChainHash(bytes: row.blob(4))
    else { throw StoreError.damaged(what: "the row that says where the log stands is unreadable") }
    return Head(
      sequence: row[0], committed: Timestamp(microseconds: row[1]), root: root, count: row[3],
      hash: hash)
  }
}
