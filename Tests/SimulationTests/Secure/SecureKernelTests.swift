import DataPlane
import Glibc
import Testing

@testable import Simulation

/// The layer that encrypts, over a kernel that takes every liberty it has, with OpenSSL at the other end.
@Suite("Encryption between worker and kernel")
struct SecureKernelTests {
  /// Whether a world has kept the rules.
  private func expectRules(
    _ secure: SecureWorld, seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(secure.world.violation == nil, "seed \(seed)", sourceLocation: sourceLocation)
    #expect(secure.faults == [], "seed \(seed)", sourceLocation: sourceLocation)
  }

  @Test(
    "carries every byte both ways, and both good-byes, whatever the kernel does",
    arguments: [false, true])
  func transfers(isClient: Bool) throws {
    for seed in UInt64(1)...12 {
      let hearing = Int(seed * seed) * 900
      let secure = try SecureWorld(
        seed: seed, isClient: isClient, sending: 1 + Int(seed) * 11_001, hearing: hearing)
      let isOver = secure.turn { secure.isOver }
      #expect(isOver, "seed \(seed)")
      secure.close()
      let isGone = secure.turn { secure.isGone && secure.far.wasToldGoodbye }
      #expect(isGone, "seed \(seed)")
      expectRules(secure, seed: seed)
      #expect(secure.received == secure.far.said, "seed \(seed)")
      #expect(secure.far.heard == Array(secure.message), "seed \(seed)")
      #expect(secure.end == 0 && secure.sendFailure == nil, "seed \(seed)")
      #expect(secure.openCount == 0 && secure.slicesHeld == 0, "seed \(seed)")
    }
  }

  @Test(
    "ends at any moment with each operation completed once and nothing left",
    arguments: [false, true])
  func cutAtEachStep(isClient: Bool) throws {
    for seed in UInt64(1)...40 {
      let secure = try SecureWorld(
        seed: seed, isClient: isClient, sending: 90_000, hearing: 60_000)
      for _ in 0..<seed { secure.turn() }
      secure.close()
      let isGone = secure.turn { secure.isGone }
      #expect(isGone && secure.handshakeCount == 0, "seed \(seed)")
      expectRules(secure, seed: seed)
      #expect(secure.openCount == 0 && secure.slicesHeld == 0, "seed \(seed)")
    }
  }

  @Test("ends a connection whose ciphertext was changed, and that one's operations alone")
  func spoilt() throws {
    for seed in UInt64(1)...20 {
      let secure = try SecureWorld(seed: seed, sending: 20_000, hearing: 20_000)
      var left = Int(seed) * 97
      secure.far.spoil = { bytes in
        defer { left -= bytes.count }
        if left >= 0, left < bytes.count { bytes[left] ^= 0x10 }
      }
      let isOver = secure.turn(atMost: 1000) { secure.end != nil }
      secure.close()
      let isGone = secure.turn { secure.isGone }
      #expect(isGone, "seed \(seed)")
      expectRules(secure, seed: seed)
      // A length that was made larger lets the layer wait for more.
      if isOver, secure.end != 0 { #expect(secure.end == -EPROTO, "seed \(seed)") }
    }
  }

  @Test("gives up a handshake that is not over in time")
  func late() throws {
    let secure = try SecureWorld(
      seed: 1, sending: 10, hearing: 10, plan: FaultPlan(), handshakes: .milliseconds(50))
    // It never comes to its second flight.
    secure.far.isSilent = true
    let isOver = secure.turn { secure.end != nil }
    #expect(isOver && secure.end == -EPROTO)
    #expect(secure.kernel.facts(of: secure.socket)?.state == .failed(.tookTooLong))
    secure.close()
    let isGone = secure.turn { secure.isGone }
    #expect(isGone)
    expectRules(secure, seed: 1)
  }
}
