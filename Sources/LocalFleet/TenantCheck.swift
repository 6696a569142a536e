/// Where one tenant's sessions went, and where they should have gone.
public struct TenantCheck: Sendable {
  /// The tenant.
  public let tenant: FleetTenant
  /// Who answered a session of tier `strong`: only the primary may.
  public let strong: Answer
  /// Who answered a session of tier `eventual`: a replica, when the shard has one.
  public let eventual: Answer

  /// Whether both went where they should.
  public var isRight: Bool { strong.isRight && eventual.isRight }

  /// Who answered one session.
  public struct Answer: Sendable {
    /// The instances of which one should have answered.
    public let expected: [String]
    /// `INSTANCE DATABASE` of who did, or the error the client got.
    public let outcome: Result<String, FleetError>
    let database: String

    /// Whether it was one of those expected, and the tenant's own database.
    public var isRight: Bool {
      guard case .success(let answer) = outcome else { return false }
      return expected.contains { answer == "\($0) \(database)" }
    }

    /// The first line of what the client was told instead of an answer.
    public var clientError: String? {
      switch outcome {
      case .success: nil
      case .failure(.command(_, let outcome, let output)):
        output.split(separator: "\n").first.map(String.init) ?? outcome
      case .failure(let error): "\(error)"
      }
    }

    /// `INSTANCE` when it was right, `INSTANCE DATABASE` when it was not; nil when none answered.
    public var answer: String? {
      guard case .success(let answer) = outcome else { return nil }
      return isRight ? String(answer.prefix { $0 != " " }) : answer
    }
  }
}

extension Fleet {
  /// Opens two sessions to a tenant through the router and asks who serves them.
  public func check(
    _ tenant: FleetTenant, through router: LocalRouter
  ) async -> TenantCheck {
    guard let shard = shard(tenant.shard) else { preconditionFailure("a tenant's shard exists") }
    let conninfo = router.conninfo(to: tenant)
    let replicas = shard.replicas.isEmpty ? [shard.primary] : shard.replicas
    return TenantCheck(
      tenant: tenant,
      strong: await ask(conninfo, of: tenant, expected: [shard.primary]),
      eventual: await ask(
        conninfo.setting("shardway.consistency", "eventual"), of: tenant, expected: replicas))
  }

  private func ask(
    _ conninfo: Conninfo, of tenant: FleetTenant, expected: [PostgresServer]
  ) async -> TenantCheck.Answer {
    let outcome: Result<String, FleetError>
    do {
      outcome = .success(
        try await query(
          "SELECT current_setting('cluster_name') || ' ' || current_database()", at: conninfo))
    } catch {
      outcome = .failure(error)
    }
    return TenantCheck.Answer(
      expected: expected.map(\.instance), outcome: outcome, database: tenant.database)
  }
}
