import Routing
import ShardMap
import Wire

/// What a client of the pool sets out with.
struct PoolStart {
  let tenant: String
  let tier: Consistency
  let settings: [String: String]
  let packet: [UInt8]

  init(world: SimulatedWorld, plan: PoolPlan) {
    let isLoose = world.random.chance(400)
    let tenant = world.random.pick(
      isLoose ? SimulatedMaps.eventualTenants : SimulatedMaps.strongTenants)
    let asksForTier = world.random.chance(plan.probes == nil ? 200 : 600)
    let tier: Consistency =
      asksForTier ? Self.tier(world, plan) : isLoose ? .eventual : .strong
    var settings: [String: String] = [:]
    if world.random.chance(plan.ownSettings) {
      settings["TimeZone"] = Self.zone(world)
      if world.random.chance(500) {
        settings["application_name"] = "app\(world.random.index(below: 3))"
      }
    }
    var options = ["-c geqo=off"]
    if asksForTier {
      options.append("-c shardway.consistency=\(tier.name)")
    }
    var parameters = settings.merging(["user": "app", "database": tenant]) { given, _ in given }
    if world.random.chance(300) {
      parameters["user"] = "app.\(tenant)"
      parameters["database"] = "postgres"
    }
    parameters["options"] = options.joined(separator: " ")
    var writer = StartupMessageWriter()
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      try? writer.append(name: name, value: value)
    }
    packet = (try? writer.finish()) ?? []
    (self.tenant, self.tier, self.settings) = (tenant, tier, settings)
  }

  /// Any tier; where nothing is known of lag only those that don't ask for it.
  static func tier(_ world: SimulatedWorld, _ plan: PoolPlan) -> Consistency {
    guard plan.probes != nil else { return world.random.chance(500) ? .eventual : .strong }
    return world.random.pick([
      .strong, .session, .session, .eventual,
      .bounded(milliseconds: UInt32(world.random.pick([5, 50, 500]))),
    ])
  }

  /// One of a few, so that clients have the same by chance.
  static func zone(_ world: SimulatedWorld) -> String {
    world.random.pick(["UTC", "Asia/Tokyo", "Europe/Rome"])
  }
}
