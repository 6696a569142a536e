import Glibc
import Uring

/// The provided buffers of a simulated kernel, with the kernel's side and the worker's side in one place, so that a misuse shows.
///
/// A buffer goes back to the kernel when the kernel has let go of it and every slice of it was released; then its bytes are overwritten, so that
/// whoever still reads them sends rubbish, which the receiver notices.
///
/// Invariant that keeps the pointer safe: `bytes` is one allocation of `count × size` bytes for the life of the object; ids and offsets are
/// checked against these.
final class SimulatedBuffers {
  /// What a returned buffer is filled with.
  static let poison: UInt8 = 0xDD

  private struct Use {
    /// Bytes the kernel has put in since it got the buffer.
    var filled = 0
    /// Bytes that were claimed of these.
    var claimed = 0
    var slices = 0
    var isWithKernel = true
  }

  private let world: SimulatedWorld
  private let count: Int
  private let size: Int
  private let isIncremental: Bool
  private let bytes: UnsafeMutableRawPointer
  private var uses: [Use]
  /// Buffers the kernel may fill, the next one first.
  private var ready: [UInt16]

  init(world: SimulatedWorld) {
    self.world = world
    count = world.plan.bufferCount
    size = world.plan.bufferBytes
    isIncremental = world.plan.isIncremental
    bytes = .allocate(byteCount: count * size, alignment: 64)
    bytes.initializeMemory(as: UInt8.self, repeating: Self.poison, count: count * size)
    uses = Array(repeating: Use(), count: count)
    ready = (0..<UInt16(count)).map { $0 }
  }

  deinit { bytes.deallocate() }

  // MARK: The kernel's side

  /// Whether a receive would find no buffer.
  var isDry: Bool { ready.isEmpty }
  /// Bytes that the next receive can take.
  var room: Int { ready.first.map { size - uses[Int($0)].filled } ?? 0 }

  /// Puts received bytes into the next buffer: the completion's flags.
  func fill(_ received: [UInt8]) -> UInt32 {
    let id = ready[0]
    let place = Int(id) * size + uses[Int(id)].filled
    received.withUnsafeBytes {
      if let start = $0.baseAddress { (bytes + place).copyMemory(from: start, byteCount: $0.count) }
    }
    uses[Int(id)].filled += received.count
    let goesOn = isIncremental && uses[Int(id)].filled < size
    if !goesOn { ready.removeFirst() }
    return CompletionFlags.buffer(id, goesOn: goesOn)
  }

  // MARK: The worker's side

  func claim(_ completion: Completion) -> ReceivedSlice? {
    guard let id = completion.buffer else { return nil }
    let length = Int(max(completion.result, 0))
    let offset = uses[Int(id)].claimed
    uses[Int(id)].claimed += length
    uses[Int(id)].slices += 1
    uses[Int(id)].isWithKernel = completion.bufferStaysInUse
    if uses[Int(id)].claimed > uses[Int(id)].filled {
      world.violate("more bytes of buffer \(id) were claimed than were received")
    }
    return ReceivedSlice(buffer: id, offset: UInt32(offset), count: UInt32(length))
  }

  func release(_ slice: ReceivedSlice) {
    let id = Int(slice.buffer)
    guard uses[id].slices > 0 else {
      return world.violate("a slice of buffer \(id) was released twice")
    }
    uses[id].slices -= 1
    guard uses[id].slices == 0 && !uses[id].isWithKernel else { return }
    uses[id] = Use()
    memset(bytes + id * size, Int32(Self.poison), size)
    ready.append(slice.buffer)
  }

  func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer {
    let id = Int(slice.buffer)
    if uses[id].slices == 0 { world.violate("bytes of buffer \(id) were used after their release") }
    if Int(slice.offset + slice.count) > uses[id].claimed {
      world.violate("bytes of buffer \(id) were used that were never received")
    }
    return bytes + id * size + Int(slice.offset)
  }

  /// Slices that were claimed and not released.
  var slicesHeld: Int { uses.reduce(0) { $0 + $1.slices } }
}

/// The bits of a completion's flags.
enum CompletionFlags {
  static let buffer: UInt32 = 1
  static let more: UInt32 = 2
  static let bufferGoesOn: UInt32 = 16
  static let bufferShift: UInt32 = 16

  static func buffer(_ id: UInt16, goesOn: Bool) -> UInt32 {
    buffer | UInt32(id) << bufferShift | (goesOn ? bufferGoesOn : 0)
  }
}
