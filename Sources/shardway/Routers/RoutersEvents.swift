internal import ArgumentParser
internal import Console
internal import ControlClient

/// `shardway routers events`.
struct RoutersEvents: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Lists what routers have done by themselves, or want done, the oldest first.",
    discussion: """
      Routers tighten and quarantine hot tenants, enter and leave degraded modes, shed work, and ask \
      for moves. The control plane keeps the newest of these events.

      EXAMPLES
        shardway routers events --tenant acme
        shardway routers events --kind move-requested --after 4711 --json
      """)

  @OptionGroup var connection: ControlOptions

  @Option(help: "Only events behind this sequence number.")
  var after: UInt64 = 0

  @Option(help: "Only events about this tenant.")
  var tenant: String?

  @Option(help: "Only events of this kind, such as move-requested.")
  var kind: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let all = try await ControlFailure.explained {
      try await connection.client().routerEvents(after: after)
    }
    let events = all.filter {
      (tenant == nil || $0.tenant == tenant) && (kind == nil || $0.kind == kind)
    }
    if json { return print(JSONValue.array(events.map(\.json)).prettyText) }
    let heading = ["event", "time", "router", "kind", "tenant", "shard", "why"]
    Terminal.standard.table([heading] + events.map(Self.row)) { row, column in
      column == 3 && events[row].kind == "move-requested" ? .bad : nil
    }
  }

  private static func row(_ event: ControlRouterEvent) -> [String] {
    [
      "\(event.sequence)", event.time, event.router, event.kind,
      event.tenant.isEmpty ? "–" : event.tenant, event.shard.isEmpty ? "–" : event.shard,
      event.text.isEmpty ? "–" : event.text,
    ]
  }
}
