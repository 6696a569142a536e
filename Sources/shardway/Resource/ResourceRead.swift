internal import ArgumentParser
internal import Console
internal import ControlClient
internal import MapExchange

/// `shardway tenant list`.
struct ResourceList<Commanded: CommandedKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    let kind = Commanded.kind
    return CommandConfiguration(
      commandName: "list", abstract: "Lists \(kind.plural), in the order of their ids.",
      discussion: """
        EXAMPLES
          shardway \(kind.rawValue) list
          shardway \(kind.rawValue) list --limit 100 --after \(kind.sampleID) --json
        """)
  }

  @OptionGroup var connection: ControlOptions

  @Option(help: "How many to list at most. (default: all)")
  var limit: Int?

  @Option(help: "List what comes behind this id.", completion: .ids(of: Commanded.self))
  var after: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only those with this field; may be repeated.", valueName: "name=value"))
  var conditions: [FieldArgument] = []

  @Flag(help: "Print JSON: a list of the resources.")
  var json = false

  func validate() throws {
    guard limit ?? 1 > 0 else { throw ValidationError("--limit must be 1 or more") }
    guard conditions.allSatisfy({ $0.path.count == 1 }) else {
      throw ValidationError("--where takes a field at the top, such as shard=s1")
    }
  }

  func run() async throws {
    let resources = try await ControlFailure.explained {
      try await list(connection.client())
    }
    if json {
      print(JSONValue.array(resources.map(ResourceTable.json)).prettyText)
    } else {
      Terminal.standard.table(ResourceTable.rows(resources, of: Commanded.kind)) { _, _ in nil }
    }
  }

  private func list(_ client: ControlClient) async throws -> [ControlResource] {
    var resources: [ControlResource] = []
    var after = after
    repeat {
      let page = try await client.list(Commanded.kind, after: after)
      resources += page.items.filter { resource in
        conditions.allSatisfy { resource.fields[$0.path[0]] == $0.value }
      }
      after = page.next
    } while after != nil && resources.count < limit ?? .max
    return Array(resources.prefix(limit ?? .max))
  }
}

/// `shardway tenant get`.
struct ResourceGet<Commanded: CommandedKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    let kind = Commanded.kind
    return CommandConfiguration(
      commandName: "get", abstract: "Shows one \(kind.rawValue) with every field.",
      discussion: """
        EXAMPLES
          shardway \(kind.rawValue) get \(kind.sampleID)
          shardway \(kind.rawValue) get \(kind.sampleID) --json
        """)
  }

  @OptionGroup var connection: ControlOptions

  @Argument(help: "The id.", completion: .ids(of: Commanded.self))
  var id: String

  @Flag(help: "Print JSON, as the control plane answers it.")
  var json = false

  func run() async throws {
    let key = ResourceKey(kind: Commanded.kind, id: id)
    let resource = try await ControlFailure.explained { try await connection.client().get(key) }
    if json {
      print(ResourceTable.json(resource).prettyText)
    } else {
      Terminal.standard.table([["\(key)", ""]] + ResourceTable.lines(resource)) { _, _ in nil }
    }
  }
}
