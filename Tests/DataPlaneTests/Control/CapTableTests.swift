import Pooling
import ShardMap
import Testing

@testable import DataPlane

@Suite("The caps that workers share")
struct CapTableTests {
  private let here = SocketAddress(ipv4: 0x7F00_0001, port: 5432)
  private let there = SocketAddress(ipv4: 0x7F00_0001, port: 5433)

  @Test("are one for each address, of the size that was set")
  func shared() {
    let table = CapTable(limit: 7, workers: 2)
    let caps = [table.join(here), table.join(here), table.join(there)]
    #expect(caps[0] === caps[1] && caps[0] !== caps[2])
    #expect(caps[0].total == 7 && caps[0].workers == 2 && table.count == 2)
  }

  @Test("stay until the last worker has left")
  func leaving() {
    let table = CapTable(limit: 7, workers: 2)
    let first = table.join(here)
    _ = table.join(here)
    table.leave(here)
    #expect(table.count == 1)
    #expect(table.join(here) === first)
    table.leave(here)
    table.leave(here)
    #expect(table.count == 0)
    #expect(table.join(here) !== first)
    table.leave(there)
    #expect(table.count == 1)
  }

  @Test("leave room to seek for as many pools as lack a connection, less those that are leaving")
  func seeking() {
    var share = InstanceShare(address: here, cap: CapTable(limit: 1, workers: 1).join(here))
    #expect(!share.lacksRoom)
    share.lacking = [3, 4]
    share.leaving = 1
    #expect(share.lacksRoom)
    share.leaving = 2
    #expect(!share.lacksRoom)
  }
}
