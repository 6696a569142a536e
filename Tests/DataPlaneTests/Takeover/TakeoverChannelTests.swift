import Glibc
import Synchronization
import Testing
import Threads

@testable import DataPlane

@Suite("A takeover's channel")
struct TakeoverChannelTests {
  /// Two ends of a connection that holds little.
  private static func ends() throws -> (TakeoverChannel, TakeoverChannel) {
    var pair: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    try #require(socketpair(AF_UNIX, kind, 0, &pair) == 0)
    for descriptor in pair {
      var bytes: Int32 = 4096
      setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }
    return (
      try TakeoverChannel(TakeoverSocket(descriptor: pair[0], path: "")),
      try TakeoverChannel(TakeoverSocket(descriptor: pair[1], path: ""))
    )
  }

  @Test("goes on however much both ends have to say at once")
  func bothWays() throws {
    let count: UInt64 = 20_000
    let (near, far) = try Self.ends()
    for number in 1...count { near.send(.adopted(number: number)) }
    let answers = Mutex<[UInt64]>([])
    try onThreads([
      {
        try? near.run { (message, _) in
          guard case .adopted(let number) = message else { return }
          answers.withLock { $0.append(number) }
          if number == count { near.stop() }
        }
      },
      {
        try? far.run { (message, _) in
          far.send(message)
          if message == .adopted(number: count) { far.stop() }
        }
      },
    ])
    #expect(answers.withLock { $0 } == Array(1...count))
  }
}
