import DataPlane
import Routing
import ShardMap

/// What pooling is like in one seed's world.
struct PoolPlan {
  var settings: PoolingSettings
  /// Actions of a client: a transaction takes a few.
  var actions = 1...20
  /// How often a client sets out with settings of its own, in thousandths.
  var ownSettings = 300
  /// How often it gives a transaction a tier of its own.
  var choosesTier = 300
  /// How often it does what pins it to its server.
  var pins = 60
  /// How often it asks to have its statement cancelled.
  var cancels = 60
  /// How often it doesn't wait for an answer before it asks for more.
  var pipelines = 400
  /// How often it leaves where it should not.
  var vanishes = 30

  /// Probes of replicas, in worlds where these lag; else all servers are alike.
  var probes: ProbeSettings?
  /// How often a client writes, or reads what was written, in thousandths.
  var histories: Int { probes == nil ? 0 : 500 }

  /// The mode that a map has a shard in, and the next no more.
  var mode = ServiceMode.normal
  /// Whether a session may be told that there is no server for it.
  var isTight = false

  /// A world in which nobody waits for long.
  init() {
    settings = PoolingSettings()
    settings.authentication = .trust
  }

  /// The world of a seed.
  init(random: inout RandomSource) {
    self.init()
    settings.serversPerPool = random.number(in: 1...8)
    settings.minServersPerPool = random.pick([0, 0, 1])
    settings.serverIdle = random.pick([.milliseconds(1), .milliseconds(100), .seconds(10)])
    settings.serverLifetime = random.pick([.milliseconds(20), .seconds(1), .seconds(3600)])
    settings.cleaning = random.pick([.whenSoiled, .whenSoiled, .always, .never])
    settings.queryWait = random.pick([.milliseconds(50), .seconds(5), .seconds(120)])
    settings.waitingSessions = random.pick([2, 10_000, 10_000])
    settings.statementsPerServer = random.pick([2, 4, 200])
    settings.serversPerInstance = random.pick([nil, nil, 1, 4, 12])
    settings.serverCheckDelay = random.pick([.zero, .milliseconds(1), .milliseconds(50)])
    actions = 1...random.pick([5, 20, 60])
    ownSettings = random.pick([0, 300, 800])
    pins = settings.cleaning == .never ? 0 : random.pick([0, 60, 200])
    cancels = random.pick([0, 60, 300])
    pipelines = random.pick([0, 400, 800])
    vanishes = random.pick([0, 30, 150])
    mode = random.chance(500) ? random.pick(ServiceMode.allCases) : .normal
    if random.chance(500) {
      var probes = ProbeSettings(user: SimulatedProbe.user)
      probes.interval = random.pick([.milliseconds(2), .milliseconds(20), .milliseconds(100)])
      self.probes = probes
    }
    isTight =
      settings.queryWait < .seconds(60) || settings.waitingSessions < 100 || pins > 0
  }
}
