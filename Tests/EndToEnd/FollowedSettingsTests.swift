import LocalFleet
import Testing

/// What clients SET follows them from server to server, and no other client gets it.
@Suite struct FollowedSettingsTests {
  /// Two clients that share servers, one at a time.
  private static func withTwo(
    _ name: String,
    _ body: @Sendable (_ one: PsqlSession, _ other: PsqlSession) async throws -> Void
  ) async throws {
    let options = World.pooled(workers: 1, .trust, ["serversPerPool": "1"])
    try await withRouter(options, name: name) { fleet, router in
      let conninfo = router.conninfo(to: fleet.tenants[0])
      try await body(try PsqlSession(conninfo, in: fleet), try PsqlSession(conninfo, in: fleet))
    }
  }

  @Test func `settings that servers don't report are each client's own`() async throws {
    try await Self.withTwo("router-followed") { one, other in
      _ = try await one.query("SET statement_timeout = '12s'")
      _ = try await one.query("SET search_path TO app, public")
      _ = try await other.query("SET app.user_id = 42")
      #expect(try await other.query("SHOW statement_timeout") == "0")
      #expect(try await one.query("SHOW search_path") == "app, public")
      #expect(try await one.query("SHOW statement_timeout") == "12s")
      #expect(try await other.query("SHOW app.user_id") == "42")
      #expect(try await other.query("SHOW search_path") != "app, public")
      _ = try await one.query("RESET statement_timeout")
      #expect(try await other.query("SELECT 1") == "1")
      #expect(try await one.query("SHOW statement_timeout") == "0")
      _ = try await one.query("RESET ALL")
      #expect(try await one.query("SHOW search_path") != "app, public")
      #expect(try await other.query("SHOW app.user_id") == "42")
      _ = try await other.query("DISCARD ALL")
      #expect(try await one.query("SHOW search_path") != "app, public")
      #expect(try await other.query("SELECT current_setting('app.user_id', true)") == "")
    }
  }

  @Test func `what the server refuses, or a transaction takes back, was never set`() async throws {
    try await Self.withTwo("router-unfollowed") { one, other in
      _ = try await one.query("\\set ON_ERROR_STOP 0\nSET statement_timeout = 'soon'")
      #expect(one.errors.contains("statement_timeout"), "\(one.errors)")
      #expect(try await one.query("SHOW statement_timeout") == "0")
      #expect(try await other.query("SHOW statement_timeout") == "0")
      _ = try await one.query("SET statement_timeout = '7s'")
      _ = try await one.query("SET statement_timeout = '9s'")
      #expect(try await other.query("SHOW statement_timeout") == "0")
      #expect(try await one.query("SHOW statement_timeout") == "9s")
    }
  }
}
