import Glibc
import Testing

@testable import ShardMap

@Suite("Router slots of a freshness page")
struct RouterSlotTests {
  @Test("what a router says is read by its sidecar, every field of it")
  func roundTrip() throws {
    let folder = try PageFolder()
    let sidecar = try FreshnessPage.create(path: folder.page)
    let router = try FreshnessPage.open(path: folder.page)
    let slot = try #require(router.claimSlot(routerID: 77, pid: getpid()))
    var said = RouterStatement(routerID: 77)
    #expect(sidecar.routers.map(\.routerID) == [77])
    said.appliedVersion = 42
    said.appliedRoot = try #require(MapRoot(bytes: (0..<32).map { $0 }))
    said.appliedAtWallMicroseconds = 1_795_000_000_000_001
    said.refusedVersion = 43
    said.refusalCode = "unusable-file"
    said.refusalText = String(repeating: "ü", count: 100)
    for (place, counter) in RouterCounter.allCases.enumerated() {
      said[counter] = UInt64(place + 1) << 40
    }
    slot.write(said)
    let heard = try #require(sidecar.routers.first)
    #expect(heard.pid == getpid())
    #expect(heard.refusalText == String(repeating: "ü", count: 63), "cut between two characters")
    var expected = said
    expected.pid = getpid()
    expected.refusalText = heard.refusalText
    #expect(heard == expected)
  }

  @Test("seven routers have a place, an eighth has none until one is given back")
  func full() throws {
    let folder = try PageFolder()
    let page = try FreshnessPage.create(path: folder.page)
    var slots = (0..<7).compactMap { page.claimSlot(routerID: $0, pid: getpid()) }
    #expect(slots.count == 7)
    #expect(page.claimSlot(routerID: 8, pid: getpid()) == nil)
    #expect(Set(page.routers.map(\.routerID)) == Set(0..<7))
    slots.removeFirst()
    #expect(Set(page.routers.map(\.routerID)) == Set(1..<7), "nobody speaks for a slot given back")
    #expect(page.claimSlot(routerID: 8, pid: getpid()) != nil)
  }

  @Test("the slot of a process that is gone says nothing any more and is taken over")
  func takeOver() throws {
    let folder = try PageFolder()
    let page = try FreshnessPage.create(path: folder.page)
    let child = try ShortProcess()
    let slots = (0..<7).compactMap { page.claimSlot(routerID: $0, pid: child.pid) }
    #expect(slots.count == 7)
    #expect(page.routers.count == 7)
    child.kill()
    #expect(page.routers.isEmpty, "one that only waits for its parent is gone, too")
    child.bury()
    #expect(page.routers.isEmpty)
    let slot = try #require(page.claimSlot(routerID: 9, pid: getpid()))
    #expect(page.routers.map(\.routerID) == [9])
    // The dead owner's object has nothing to give back any more.
    _ = consume slots
    #expect(page.routers.map(\.routerID) == [9])
    slot.release()
    #expect(page.routers.isEmpty)
  }

  @Test("a process number that another process has now is not taken for the old owner")
  func reusedNumber() throws {
    let folder = try PageFolder()
    let page = try FreshnessPage.create(path: folder.page)
    let mine = ProcessMark(pid: getpid())
    #expect(mine.isAlive)
    // The same number, begun at another time.
    let former = ProcessMark(word: mine.word ^ 1 << 40)
    #expect(!former.isAlive)
    folder.poke(littleEndian(former.word), at: PageLayout.slot(0))
    #expect(page.routers.isEmpty)
    let slot = try #require(page.claimSlot(routerID: 1, pid: getpid()))
    #expect(folder.peek(8, at: PageLayout.slot(0)) == littleEndian(mine.word))
    #expect(page.routers.count == 1)
    slot.release()
    #expect(!ProcessMark(word: 0).isAlive)
  }

  @Test("a router that died while it wrote leaves nothing half-said, and its successor can write")
  func killedWriter() throws {
    let folder = try PageFolder()
    let page = try FreshnessPage.create(path: folder.page)
    let slot = try #require(page.claimSlot(routerID: 3, pid: getpid()))
    let sequence = folder.peek(1, at: PageLayout.slot(0) + 8)
    folder.poke([sequence[0] | 1], at: PageLayout.slot(0) + 8)
    #expect(page.routers.isEmpty)
    slot.write(RouterStatement(routerID: 4))
    #expect(page.routers.map(\.routerID) == [4])
  }
}

/// A process that sleeps until it is killed.
private final class ShortProcess {
  let pid: pid_t
  private var isBuried = false

  init() throws {
    var pid: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("600"), nil]
    defer { for argument in arguments { free(argument) } }
    let status = posix_spawn(&pid, "/bin/sleep", nil, nil, &arguments, nil)
    try #require(status == 0)
    self.pid = pid
  }

  /// Ends it, and doesn't take notice of that: what is left is a zombie.
  func kill() {
    Glibc.kill(pid, SIGKILL)
    var info = siginfo_t()
    waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT)
  }

  /// Takes notice of the end: the number is free again.
  func bury() {
    waitpid(pid, nil, 0)
    isBuried = true
  }

  deinit {
    guard !isBuried else { return }
    kill()
    bury()
  }
}
