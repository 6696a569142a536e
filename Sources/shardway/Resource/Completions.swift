internal import ArgumentParser
internal import ControlClient
internal import MapExchange

/// Completion of what only the control plane knows. It must be quick, and silent when it can't help.
extension CompletionKind {
  /// The ids of a kind that begin with what is typed, asked of the control plane that the
  /// environment names.
  static func ids<Commanded: CommandedKind>(of commanded: Commanded.Type) -> CompletionKind {
    .custom { _, _, prefix in
      guard let client = try? ControlOptions.parse([]).client(attempts: 1) else { return [] }
      let page = try? await client.list(
        Commanded.kind, after: prefix.isEmpty ? nil : prefix, limit: 200)
      return (page?.items ?? []).map(\.key.id).filter { $0.hasPrefix(prefix) }
    }
  }

  /// The names of a kind's fields, with the equals sign.
  static func fields<Commanded: CommandedKind>(of commanded: Commanded.Type) -> CompletionKind {
    .list(
      ResourceTable.columns(of: Commanded.kind)
        .filter { !["id", "version", "generation", "epoch"].contains($0) }.map { "\($0)=" })
  }
}
