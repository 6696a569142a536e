import CLiburing
import Glibc
import Testing
import Uring

/// Sends that wait, sends that are quiet, and several in a row.
struct SendTests {
  @Test("a quiet send that succeeds completes with nothing, inside the submit")
  func quietSuccess() throws {
    var ring = try makeRing()
    let pair = try SocketPair()
    let message = pattern(1000)
    let completions = message.withUnsafeBytes {
      let queued = ring.sendQuietly(to: pair.near, $0.baseAddress!, count: $0.count, token: 1)
      #expect(queued)
      return ring.drainWithoutWaiting()
    }
    #expect(completions.isEmpty)
    #expect(pair.readFar() == message)
  }

  @Test("a quiet send into a filling socket completes once, with what was taken")
  func quietShort() throws {
    var ring = try makeRing()
    let pair = try TCPPair()
    let message = pattern(16 << 20)
    let completions = message.withUnsafeBytes {
      let queued = ring.sendQuietly(to: pair.near, $0.baseAddress!, count: $0.count, token: 1)
      #expect(queued)
      return ring.drainWithoutWaiting()
    }
    try #require(completions.count == 1)
    let taken = Int(completions[0].result)
    #expect(completions[0].token == 1 && !completions[0].hasMore)
    #expect(taken > 0 && taken < message.count)
    #expect(pair.readFar(atLeast: taken) == Array(message[0..<taken]))
  }

  @Test("a quiet send into a full socket completes with EAGAIN")
  func quietFull() throws {
    var ring = try makeRing()
    let pair = try SocketPair()
    let filler = pattern(4096)
    while send(pair.near, filler, filler.count, Int32(MSG_DONTWAIT)) > 0 {}
    let completions = filler.withUnsafeBytes {
      let queued = ring.sendQuietly(to: pair.near, $0.baseAddress!, count: $0.count, token: 1)
      #expect(queued)
      return ring.drainWithoutWaiting()
    }
    #expect(completions.map(\.result) == [-EAGAIN])
  }

  @Test("a quiet send to a peer that has gone completes with EPIPE, and no signal")
  func quietBroken() throws {
    var ring = try makeRing()
    let pair = try SocketPair()
    shutdown(pair.near, Int32(SHUT_WR))
    let completions = pattern(10).withUnsafeBytes {
      let queued = ring.sendQuietly(to: pair.near, $0.baseAddress!, count: $0.count, token: 1)
      #expect(queued)
      return ring.drainWithoutWaiting()
    }
    #expect(completions.map(\.result) == [-EPIPE])
  }

  @Test("a grouped quiet send sends its pieces in order")
  func grouped() throws {
    var ring = try makeRing()
    let pair = try SocketPair()
    var first = pattern(700)
    var second = pattern(300, seed: 2)
    let completions = first.withUnsafeMutableBytes { first in
      second.withUnsafeMutableBytes { second in
        var pieces = [
          iovec(iov_base: first.baseAddress, iov_len: first.count),
          iovec(iov_base: second.baseAddress, iov_len: second.count),
        ]
        return pieces.withUnsafeMutableBufferPointer { pieces in
          var message = msghdr()
          message.msg_iov = pieces.baseAddress
          message.msg_iovlen = pieces.count
          return withUnsafePointer(to: message) {
            let queued = ring.sendQuietly(to: pair.near, message: $0, token: 1)
            #expect(queued)
            return ring.drainWithoutWaiting()
          }
        }
      }
    }
    #expect(completions.isEmpty)
    #expect(pair.readFar() == first + second)
  }

  @Test("linked sends keep their order though the first has to wait for room")
  func linked() throws {
    var ring = try makeRing()
    let pair = try TCPPair()
    let first = pattern(8 << 20)
    let second = pattern(4096, seed: 2)
    var arrived: [UInt8] = []
    var results: [UInt64: Int32] = [:]
    first.withUnsafeBytes { first in
      second.withUnsafeBytes { second in
        expectQueued(
          ring.send(
            to: pair.near, first.baseAddress!, count: first.count, linked: true, token: 1))
        expectQueued(ring.send(to: pair.near, second.baseAddress!, count: second.count, token: 2))
        ring.submit()
        while results.count < 2 {
          arrived += pair.readFar(atLeast: 1)
          for completion in ring.drainWithoutWaiting() {
            results[completion.token] = completion.result
          }
        }
      }
    }
    arrived += pair.readFar(atLeast: first.count + second.count - arrived.count)
    #expect(results == [1: Int32(first.count), 2: Int32(second.count)])
    #expect(arrived == first + second)
  }

  @Test("a cancelled send tells how much it had sent")
  func cancelledSend() throws {
    var ring = try makeRing()
    let pair = try TCPPair()
    let message = pattern(16 << 20)
    var results: [UInt64: Int32] = [:]
    message.withUnsafeBytes {
      expectQueued(ring.send(to: pair.near, $0.baseAddress!, count: $0.count, token: 1))
      let early = ring.drainWithoutWaiting()
      #expect(early.isEmpty)
      expectQueued(ring.cancel(operation: 1, token: 2))
      while results.count < 2, let completion = ring.waitForCompletion() {
        results[completion.token] = completion.result
      }
    }
    let sent = Int(try #require(results[1]))
    #expect(sent > 0 && sent < message.count)
    #expect(results[2] == 0)
    #expect(pair.readFar(atLeast: sent) == Array(message[0..<sent]))
  }
}

/// Two connected TCP sockets over loopback: unlike a socket pair, they take part of a send.
struct TCPPair: ~Copyable {
  let near: Int32
  let far: Int32

  init() throws {
    let listener = try Listener()
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let address = listener.address
    try #require(withSocketAddress(of: address) { connect(client, $0, size) } == 0)
    near = client
    far = accept(listener.descriptor, nil, nil)
  }

  deinit {
    close(near)
    close(far)
  }

  /// Reads at the far end, waiting, until `count` bytes are there; then what else is there at once.
  func readFar(atLeast count: Int) -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let flags = all.count < count ? 0 : Int32(MSG_DONTWAIT)
      let got = recv(far, &chunk, chunk.count, flags)
      guard got > 0 else { return all }
      all += chunk[0..<got]
    }
  }
}
