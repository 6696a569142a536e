internal import ArgumentParser
internal import Console
internal import ControlClient

/// `shardway routers`.
struct RoutersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "routers",
    abstract: "Shows the routers that the control plane hears of.",
    subcommands: [RoutersList.self, RoutersEvents.self])
}

/// `shardway routers list`.
struct RoutersList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists routers with the map each has applied, or why it refused one.",
    discussion: """
      EXAMPLES
        shardway routers list
        shardway routers list --json | jq '.[].applied.mapVersion'
      """)

  @OptionGroup var connection: ControlOptions

  @Flag(help: "Print JSON, with the counters.")
  var json = false

  func run() async throws {
    let routers = try await ControlFailure.explained { try await connection.client().routers() }
    if json { return print(JSONValue.array(routers).prettyText) }
    let heading = ["router", "sidecar", "map", "confirmed", "heard of", "refusal"]
    Terminal.standard.table([heading] + routers.map(Self.row)) { row, column in
      column == 5 && Self.refusal(routers[row]) != nil ? .bad : nil
    }
  }

  private static func row(_ router: JSONValue) -> [String] {
    let applied = router["applied"]?["mapVersion"]?.integer
    return [
      router["id"]?.string ?? "–", router["sidecar"]?.string ?? "–",
      applied.map { "\($0)" } ?? "none",
      age(router["map"]?["confirmedAgeMilliseconds"]), age(router["ageMilliseconds"]),
      refusal(router) ?? "–",
    ]
  }

  private static func age(_ milliseconds: JSONValue?) -> String {
    milliseconds?.number.map { DurationText.short($0 / 1000) + " ago" } ?? "–"
  }

  private static func refusal(_ router: JSONValue) -> String? {
    for name in ["refusal", "sidecarRefusal"] {
      guard let refusal = router[name], let code = refusal["code"]?.string else { continue }
      let version = refusal["mapVersion"]?.integer.map { " of version \($0)" } ?? ""
      return "\(code)\(version): \(refusal["text"]?.string ?? "")"
    }
    return nil
  }
}
