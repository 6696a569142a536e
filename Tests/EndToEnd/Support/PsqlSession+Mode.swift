extension PsqlSession {
  /// What `SHOW shardway.mode` says: mode, cause, until, why, explanation and exit rule.
  func mode() async throws -> [String] {
    try await query("SHOW shardway.mode").split(separator: "|", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// Waits until the session is under a mode of a cause.
  func waitFor(mode: String, _ cause: String) async throws {
    try await eventually("the mode \(mode) (\(cause))") {
      try await self.mode().prefix(2) == [mode, cause]
    }
  }
}
