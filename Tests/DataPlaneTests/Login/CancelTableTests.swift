import RandomNumbers
import Testing

@testable import DataPlane

@Suite("Cancel table")
struct CancelTableTests {
  private func fingerprint(_ bytes: [UInt8]) -> CancelFingerprint {
    CancelFingerprint(bytes.span.bytes)
  }

  @Test(
    "does what a dictionary does, in a table as crowded as it gets",
    arguments: 0..<10 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let capacity = 48
    var table = CancelTable(capacity: capacity)
    var model: [UInt32: CancelFingerprint] = [:]
    let keys = (0..<60).map { _ in fingerprint(random.bytes(8)) }
    for _ in 0..<4_000 {
      let slot = UInt32.random(in: 0..<UInt32(capacity), using: &random)
      if Int.random(in: 0..<3, using: &random) == 0 {
        table.remove(slot)
        model[slot] = nil
      } else {
        let key = keys.randomElement(using: &random)!
        table.insert(slot, key)
        model[slot] = key
      }
      let key = keys.randomElement(using: &random)!
      let found = table.slot(of: key)
      let holders = model.filter { $0.value == key }.keys
      #expect(found.map(holders.contains) ?? holders.isEmpty)
    }
  }

  @Test("finds the latest session that was given a key")
  func latest() {
    var table = CancelTable(capacity: 4)
    let key = fingerprint([1, 2, 3, 4, 5, 6, 7, 8])
    table.insert(0, key)
    table.insert(3, key)
    let latest = table.slot(of: key)
    table.remove(3)
    let earlier = table.slot(of: key)
    #expect(latest == 3 && earlier == 0)
  }

  @Test("a slot has one key: the newest")
  func replacing() {
    var table = CancelTable(capacity: 4)
    table.insert(1, fingerprint([1]))
    table.insert(1, fingerprint([2]))
    let old = table.slot(of: fingerprint([1]))
    let new = table.slot(of: fingerprint([2]))
    #expect(old == nil && new == 1)
  }

  @Test(
    "a request and the key data that allowed it have the same fingerprint", arguments: [4, 32, 256])
  func sameBytes(keyBytes: Int) {
    var random = SplitMix64(seed: UInt64(keyBytes))
    let key = random.bytes(keyBytes)
    let request = Packets.cancelRequest(processID: 4711, key: key)
    let keyData = Packets.message("K", Packets.integer(4711, bytes: 4) + key)
    #expect(fingerprint(Array(request[8...])) == fingerprint(Array(keyData[5...])))
  }
}
