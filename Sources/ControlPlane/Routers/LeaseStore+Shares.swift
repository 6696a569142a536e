internal import Admission
internal import Foundation
internal import GRDB

/// The shares of tenants' regional limits that routers hold, by pool.
///
/// A row a router, so that an answer writes one; transactions put all answers of all processes in order, so
/// that none grants what another has.
extension LeaseStore {
  static let sharesSchema = """
    CREATE TABLE shares (
      pool TEXT NOT NULL, router TEXT NOT NULL, expires INTEGER NOT NULL, member BLOB NOT NULL,
      PRIMARY KEY (pool, router)
    ) WITHOUT ROWID;
    """

  /// Answers a router's report with its shares.
  func grant(
    _ report: ShareReport, pool: String, shape: PoolShape, leaseSeconds: Int64, at now: Timestamp
  ) async throws -> ShareGrant {
    let router = String(decoding: report.router, as: UTF8.self)
    return try await write { db in
      // A router that has gone over to another pool holds nothing in the old one.
      try db.run("DELETE FROM shares WHERE router = ? AND pool <> ?", [router, pool])
      try db.run("DELETE FROM shares WHERE expires <= ?", [now.milliseconds])
      var ledger = ShareLedger(shape: shape, members: try Self.members(db, pool))
      let grant = ledger.answer(report, now: now.milliseconds, lease: leaseSeconds * 1_000)
      guard let member = ledger.members[report.router] else { return grant }
      try db.run(
        "INSERT OR REPLACE INTO shares VALUES (?, ?, ?, ?)",
        [pool, router, member.expires, JSONValue(member).canonical.blob])
      return grant
    }
  }

  private static func members(
    _ db: Database, _ pool: String
  ) throws -> [[UInt8]: ShareMember] {
    let statement = try db.cachedStatement(
      sql: "SELECT router, expires, member FROM shares WHERE pool = ?")
    var members: [[UInt8]: ShareMember] = [:]
    for row in try Row.fetchAll(statement, arguments: [pool]) {
      let router: String = row[0]
      // A row of a newer program that can't be read is written anew with the router's next report.
      members[Array(router.utf8)] = (try? JSONValue(json: row.blob(2))).flatMap {
        ShareMember($0, expires: row[1])
      }
    }
    return members
  }
}

// MARK: Members as JSON

extension JSONValue {
  init(_ member: ShareMember) {
    let tenants = member.tenants.map { name, tenant -> (String, JSONValue) in
      (
        String(decoding: name, as: UTF8.self),
        [
          .integer(Int64(tenant.wanted)), .bool(tenant.isHungry), .integer(Int64(tenant.silence)),
          .integer(Int64(tenant.lease.granted)), .integer(Int64(tenant.lease.held)),
        ]
      )
    }
    self = [
      "name": .string(String(decoding: member.name, as: UTF8.self)),
      "number": .integer(Int64(clamping: member.number)),
      "standard": [
        .integer(Int64(member.standard.granted)), .integer(Int64(member.standard.held)),
      ],
      "tenants": .object(Dictionary(tenants, uniquingKeysWith: { one, _ in one })),
    ]
  }
}

extension ShareMember {
  init?(_ json: JSONValue, expires: Int64) {
    guard let name = json["name"]?.text, let number = json["number"]?.number,
      let standard = json["standard"].flatMap({ Lease($0.elements) }),
      let tenants = json["tenants"]?.fields
    else { return nil }
    self.init(
      name: Array(name.utf8), expires: expires, number: UInt64(clamping: number),
      standard: standard)
    for (name, json) in tenants {
      guard let tenant = Tenant(json.elements) else { return nil }
      self.tenants[Array(name.utf8)] = tenant
    }
  }
}

extension ShareMember.Lease {
  fileprivate init?(_ parts: [JSONValue]?) {
    let numbers = (parts ?? []).compactMap(\.number)
    guard numbers.count == 2 else { return nil }
    self.init(granted: UInt32(clamping: numbers[0]), held: UInt32(clamping: numbers[1]))
  }
}

extension ShareMember.Tenant {
  fileprivate init?(_ parts: [JSONValue]?) {
    guard let parts, parts.count == 5, let wanted = parts[0].number,
      case .bool(let isHungry) = parts[1],
      let silence = parts[2].number, let lease = ShareMember.Lease(Array(parts[3...]))
    else { return nil }
    self.init(
      wanted: UInt32(clamping: wanted), isHungry: isHungry, silence: UInt8(clamping: silence),
      lease: lease)
  }
}
