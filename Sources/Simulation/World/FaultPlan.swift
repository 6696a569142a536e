import DataPlane
import Routing

/// What one seed's world is like: sizes, delays, and how often each thing goes wrong, in thousandths.
struct FaultPlan {
  /// A limit on clients that no run reaches.
  static let ampleClientLimit = 1000
  /// A limit on what slow receivers hold up that no run reaches.
  static let ampleRelayBytes = 64 << 20

  // Sizes.
  var submissionEntries = 64
  var completionEntries = 256
  var bufferCount = 16
  var bufferBytes = 4096
  var socketBytes = 64 << 10
  var clientLimit = FaultPlan.ampleClientLimit
  var relayBytes = FaultPlan.ampleRelayBytes
  var clientCount = 20

  // What the kernel has.
  var isIncremental = true
  var isMultishot = true
  var waitsForDoorbells = true
  var reusesDescriptors = true
  var endsWithBuffer = false

  // The kernel's moods.
  var multishotEnds = 0
  var acceptEnds = 0
  var cutsReceive = 0
  var quietFallsShort = 0
  var waitingSendPauses = 0
  var submitTakesPart = 0
  var cancelRaces = 0
  var noDescriptor = 0

  // The network's.
  var delay: ClosedRange<Int> = 1_000...200_000
  var connectFails = 0
  var resets = 0

  // The sidecar's.
  /// Whether there is one.
  var hasPage = false
  /// Whether the control plane goes away, and stays away.
  var confirmationStops = false
  /// Whether the worker is told that every map was confirmed just now: a fault that a run must notice.
  var clocksLie = false
  /// From a wish for a refresh to its answer; longer than a session is held makes no difference to none.
  var answerDelay: ClosedRange<Int> = 1_000_000...20_000_000
  /// Clients of a tenant that only the next map has.
  var lateClients = 0

  // The people's.
  var instancesDie = false
  var mapChanges = false
  var stopsEarly = false
  /// How the router lets go of its clients when it is told to end early; nil where it just stops.
  var drain: DrainPlan?
  var oddClients = 250
  var slowReaders = 100

  /// The world of a seed: about a third of the faults are off, so that no fault hides another for ever.
  init(random: inout RandomSource) {
    submissionEntries = random.pick([2, 4, 8, 64, 256])
    completionEntries = max(submissionEntries, random.pick([4, 8, 64, 1024]))
    (bufferCount, bufferBytes) = random.pick([
      (4, 512), (2, 4096), (8, 256), (16, 4096), (64, 16384),
    ])
    socketBytes = random.pick([1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10])
    clientLimit = random.pick([3, 8] + Array(repeating: Self.ampleClientLimit, count: 3))
    relayBytes = random.pick([256 << 10] + Array(repeating: Self.ampleRelayBytes, count: 3))
    clientCount = random.number(in: 4...40)
    isIncremental = random.chance(600)
    isMultishot = random.chance(750)
    waitsForDoorbells = random.chance(700)
    reusesDescriptors = random.chance(700)
    endsWithBuffer = random.chance(300)
    multishotEnds = random.pick([0, 20, 300])
    acceptEnds = random.pick([0, 100, 500])
    cutsReceive = random.pick([0, 100, 600])
    quietFallsShort = random.pick([0, 20, 300])
    waitingSendPauses = random.pick([0, 200, 700])
    submitTakesPart = random.pick([0, 0, 50, 300])
    cancelRaces = random.pick([0, 300, 700])
    noDescriptor = random.pick([0, 0, 20, 200])
    delay = random.pick([100...1_000, 1_000...200_000, 100_000...5_000_000])
    connectFails = random.pick([0, 0, 100, 400])
    resets = random.pick([0, 0, 50, 250])
    instancesDie = random.chance(300)
    mapChanges = random.chance(500)
    stopsEarly = random.chance(300)
    oddClients = random.pick([0, 250, 600])
    slowReaders = random.pick([0, 100, 500])
    hasPage = random.chance(600)
    confirmationStops = hasPage && random.chance(300)
    answerDelay = random.pick([1_000_000...20_000_000, 10_000_000...3_000_000_000])
    lateClients = random.pick([0, 0, 200])
    if stopsEarly, random.chance(500) { drain = Self.drain(random: &random) }
  }

  private static func drain(random: inout RandomSource) -> DrainPlan {
    let accepting = random.pick([0, 200, 3_000])
    let spread = random.pick([0, 500, 5_000])
    return DrainPlan(
      keepAccepting: .milliseconds(accepting), spread: .milliseconds(spread),
      deadline: .milliseconds(accepting + spread + random.pick([0, 1_000, 60_000])),
      leavesBacklog: random.chance(300))
  }

  /// A world in which nothing goes wrong, for tests of one thing.
  init() {}
}
