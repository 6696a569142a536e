internal import Foundation
internal import GRDB

/// An answer as it is kept for its idempotency key.
public struct StoredAnswer: Hashable, Sendable {
  /// The status.
  public let status: Int
  /// Names and values of the headers that belong to the answer itself.
  public let headers: [[String]]
  /// The body.
  public let body: [UInt8]

  /// An answer from its parts.
  public init(status: Int, headers: [[String]], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// The name under which a client repeats a request.
public struct IdempotencyKey: Hashable, Sendable {
  /// The token's name and the client's key: keys of two clients never meet.
  public let name: String
  /// SHA-256 over everything that makes the request what it is.
  public let requestDigest: [UInt8]

  /// A key from its parts.
  public init(actor: String, key: String, requestDigest: [UInt8]) {
    name = "\(actor)/\(key)"
    self.requestDigest = requestDigest
  }
}

/// The same key came with another request.
public struct IdempotencyMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  /// What happened and what to do.
  public var description: String {
    "this Idempotency-Key was used for another request; take a new key for each request"
  }
}

extension StoredAnswer {
  /// The answer that was given under this key, unless it is older than `oldest`.
  static func fetch(
    _ db: Database, _ key: IdempotencyKey, notBefore oldest: Timestamp
  ) throws -> StoredAnswer? {
    guard
      let row = try db.row(
        "SELECT digest, status, headers, body FROM answers WHERE key = ? AND at >= ?",
        [key.name, oldest.microseconds])
    else { return nil }
    guard row.blob(0) == key.requestDigest else { throw IdempotencyMismatch() }
    let headers = try JSONDecoder().decode([[String]].self, from: Data((row[2] as String).utf8))
    return StoredAnswer(status: row[1], headers: headers, body: row.blob(3))
  }

  /// Keeps the answer, and lets a few go whose time is over.
  func store(
    _ db: Database, _ key: IdempotencyKey, at now: Timestamp, dropBefore oldest: Timestamp
  ) throws {
    // More go than come, so the table shrinks to what the retention needs.
    try db.run(
      """
      DELETE FROM answers WHERE at < ? AND number IN (SELECT number FROM answers ORDER BY number
        LIMIT 8)
      """, [oldest.microseconds])
    let text = String(decoding: try JSONEncoder().encode(headers), as: UTF8.self)
    try db.run(
      "INSERT OR REPLACE INTO answers VALUES (NULL, ?, ?, ?, ?, ?, ?)",
      [key.name, key.requestDigest.blob, now.microseconds, status, text, body.blob])
  }
}
