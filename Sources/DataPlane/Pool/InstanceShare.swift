import Pooling
import Routing
import ShardMap

/// What one worker has of an instance whose connections are capped.
struct InstanceShare {
  let address: SocketAddress
  let cap: InstanceCap
  /// The places of its pools there.
  var pools: [Int] = []
  /// The pools that the cap has refused a link, first come, first served. The worker stands in line while there are any.
  var lacking: [Int] = []
  /// Idle links of these pools together.
  var idleCount = 0
  /// Links that are being closed; they count until their sockets are.
  var leaving = 0
  /// Not before this time are the other workers asked again for what they don't use.
  var askAt = MonotonicTime.origin

  /// Whether one more link has to be closed so that each pool that lacks one gets one.
  var lacksRoom: Bool { leaving < lacking.count }

  init(address: SocketAddress, cap: InstanceCap) {
    self.address = address
    self.cap = cap
  }
}
