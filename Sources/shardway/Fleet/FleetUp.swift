internal import ArgumentParser
internal import LocalFleet

/// `shardway fleet up`.
struct FleetUp: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Starts shards, tenants and the router, and keeps them until Ctrl-C.")

  @Option(help: "Number of shards, each a primary and its replicas.")
  var shards = 2

  @Option(help: "Streaming replicas of each shard.")
  var replicas = 1

  @Option(help: "Number of tenants, dealt to the shards in turn.")
  var tenants = 6

  func run() async throws {
    var options = FleetOptions()
    options.shards = shards
    options.replicasPerShard = replicas
    options.tenants = tenants
    let fleet = try await Interruption.cancelling { [options] in
      let clock = ContinuousClock()
      let start = clock.now
      let fleet = try await Fleet.start(options) {
        Terminal.standard.line("\(start.duration(to: clock.now)) \($0)")
      }
      let answer = try await fleet.query(
        "SELECT current_setting('cluster_name'), pg_is_in_recovery()",
        at: fleet.shards[0].replicas[0].conninfo(database: fleet.tenants[0].database))
      print(answer, start.duration(to: clock.now))
      try? await Task.sleep(for: .seconds(10))
      return fleet
    }
    await fleet.stop()
  }
}
