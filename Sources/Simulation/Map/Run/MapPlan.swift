import Routing

/// What one seed's world of maps is like.
public struct MapPlan: Sendable {
  /// Machines, each with a sidecar and a router.
  var hosts = 1
  /// Servers of the control plane.
  var controls = 1
  /// Nanoseconds between two polls of a sidecar.
  var interval = 10_000_000_000
  /// Seconds that a long poll waits.
  var waitSeconds = 30
  var longPoll = true
  var events = true
  /// When the faults end, in nanoseconds.
  var faultsEnd: UInt64 = 300_000_000_000
  /// Age at which permissions end, in milliseconds.
  var permissionsMaxStaleMilliseconds: UInt32 = 120_000
  /// Nanoseconds between two changes of the map, on average.
  var changeEvery = 20_000_000_000
  /// Nanoseconds between two sessions of a host, on average.
  var sessionEvery = 2_000_000_000

  // What goes wrong. Empty: nothing.
  var moods: [ControlMood] = []
  /// Sidecars are killed in an operation on a file, so often in a thousand times that they apply
  /// or publish something.
  var killsInFiles = 0
  /// In which operation on a file the first life of each sidecar ends; nil for none.
  var firstLife: Death?
  /// Sidecars are killed at any moment.
  var killsSidecars = false
  var restartsRouters = false
  var stepsClocks = false
  var reboots = false

  /// Where a sidecar dies.
  struct Death: Sendable {
    var operation: Int
    var moment: MortalFiles.Moment
  }

  /// A world in which nothing goes wrong.
  init() {}

  /// The world of a seed.
  init(random: inout RandomSource) {
    hosts = random.number(in: 1...3)
    controls = random.number(in: 1...2)
    interval = random.pick([2_000_000_000, 10_000_000_000])
    waitSeconds = random.pick([5, 30])
    longPoll = random.chance(750)
    events = random.chance(750)
    faultsEnd = UInt64(random.number(in: 120...600)) * 1_000_000_000
    permissionsMaxStaleMilliseconds = UInt32(random.pick([30_000, 90_000, 300_000]))
    changeEvery = random.pick([3_000_000_000, 20_000_000_000, 120_000_000_000])
    sessionEvery = random.pick([500_000_000, 2_000_000_000])
    let faults = ControlMood.allCases.filter { $0 != .honest }
    moods = (0..<random.number(in: 0...4)).map { _ in random.pick(faults) }
    killsInFiles = random.pick([0, 50, 400])
    killsSidecars = random.chance(400)
    restartsRouters = random.chance(500)
    stepsClocks = random.chance(400)
    reboots = random.chance(250)
  }

  /// How long after the last fault every router has to have the newest map, in nanoseconds: a pause
  /// of the longest back-off, a request that is given up, a poll, and what is left of a moment.
  var convergesWithin: UInt64 { UInt64(4 * interval) + 45_000_000_000 }
}
