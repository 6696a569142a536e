import Glibc
import Synchronization
import Testing
import Threads

@testable import ShardMap

@Suite("Freshness page")
struct FreshnessPageTests {
  @Test("a statement arrives whole in another mapping, with the longest texts")
  func roundTrip() throws {
    let folder = try PageFolder()
    let sidecar = try FreshnessPage.create(path: folder.page)
    let router = try FreshnessPage.open(path: folder.page)
    #expect(router.read() == nil, "nothing was said yet")
    var statement = SidecarStatement.sample(41)
    statement.lastErrorCode = String(repeating: "x", count: 31)
    statement.refreshAnswered = .max
    statement.confirmedAtBootNanoseconds = .min
    statement.confirmedAtWallMilliseconds = .max
    let before = router.generation
    sidecar.write(statement)
    #expect(router.read() == statement)
    #expect(router.generation == before &+ 1)
    statement.lastErrorCode += "y"
    sidecar.write(statement)
    #expect(router.read()?.lastErrorCode.utf8.count == 31, "what is too long is cut")
    #expect(folder.mode == 0o664)
  }

  @Test("a page keeps its content when the sidecar starts again")
  func restart() throws {
    let folder = try PageFolder()
    do {
      let first = try FreshnessPage.create(path: folder.page)
      first.write(.sample(1))
      first.write(.sample(2))
      first.write(.sample(3))
    }
    let second = try FreshnessPage.create(path: folder.page)
    #expect(second.read() == .sample(3))
    second.write(.sample(4))
    #expect(try FreshnessPage.open(path: folder.page).read() == .sample(4))
  }

  @Test("whether the sidecar runs is told by more than its process number")
  func writerMark() throws {
    let folder = try PageFolder()
    let page = try FreshnessPage.create(path: folder.page)
    #expect(!page.isWriterAlive, "nobody has said anything")
    var statement = SidecarStatement.sample(1)
    statement.writerPID = getpid()
    page.write(statement)
    #expect(page.isWriterAlive)
    #expect(page.read() == statement)
    let others: [(mark: UInt64, isAlive: Bool)] = [
      // The same number, begun at another time.
      (ProcessMark(pid: getpid()).word ^ 1 << 40, false),
      // As a sidecar tells it that knows no marks.
      (UInt64(UInt32(bitPattern: getpid())), true),
    ]
    let copy = PageRecord(
      memory: page.memory, offset: PageLayout.statements[0], count: SidecarStatement.wordCount)
    for other in others {
      copy.write(statement.words(serial: 2, writer: ProcessMark(word: other.mark)))
      #expect(page.isWriterAlive == other.isAlive)
      #expect(page.read() == statement)
    }
  }

  @Test("readers see whole statements only, and never an older one after a newer one")
  func noMixture() throws {
    let folder = try PageFolder()
    let sidecar = try FreshnessPage.create(path: folder.page)
    let router = try FreshnessPage.open(path: folder.page)
    sidecar.write(.sample(1))
    let (isReading, isOver) = (Flag(), Flag())
    let writer = try JoinableThread {
      while !isReading.isRaised { usleep(100) }
      for version in 2...20_000 { sidecar.write(.sample(UInt64(version))) }
      isOver.raise()
    }
    var last: UInt64 = 1
    var reads = 0
    while !isOver.isRaised {
      isReading.raise()
      guard let statement = router.read() else {
        Issue.record("a reader found nothing though a whole statement is always there")
        break
      }
      #expect(statement == .sample(statement.mapVersion))
      #expect(statement.mapVersion >= last)
      last = statement.mapVersion
      reads += 1
    }
    writer.join()
    #expect(router.read() == .sample(20_000))
    #expect(reads > 0)
  }

  @Test("a writer that died anywhere in a statement leaves the one before", arguments: 0..<18)
  func killedWriter(wordsWritten: Int) throws {
    let folder = try PageFolder()
    let sidecar = try FreshnessPage.create(path: folder.page)
    sidecar.write(.sample(7))
    sidecar.write(.sample(8))
    // The third statement goes where the first was: odd sequence, some of the words, no checksum.
    let copy = PageLayout.statements[0]
    let sequence = folder.peek(8, at: copy)
    folder.poke([sequence[0] | 1], at: copy)
    let torn = SidecarStatement.sample(9).words(serial: 3)
    for word in 0..<min(wordsWritten, torn.count) {
      folder.poke(littleEndian(torn[word]), at: copy + 8 + 8 * word)
    }
    let router = try FreshnessPage.open(path: folder.page)
    #expect(router.read() == .sample(8))
    let successor = try FreshnessPage.create(path: folder.page)
    successor.write(.sample(10))
    #expect(router.read() == .sample(10))
    successor.write(.sample(11))
    #expect(router.read() == .sample(11))
  }

  @Test("a statement that a power failure damaged gives way to its copy; two of them to nothing")
  func damagedCopies() throws {
    let folder = try PageFolder()
    let sidecar = try FreshnessPage.create(path: folder.page)
    sidecar.write(.sample(1))
    sidecar.write(.sample(2))
    folder.poke([0xEE], at: PageLayout.statements[1] + 20)
    #expect(sidecar.read() == .sample(1))
    folder.poke([0xEE], at: PageLayout.statements[0] + 20)
    #expect(sidecar.read() == nil)
    sidecar.write(.sample(3))
    #expect(sidecar.read() == .sample(3))
  }

  @Test("a file that is no page is refused, and the sidecar makes a new one")
  func damagedFile() throws {
    let good = PageHeader.emptyPage
    var foreign = good
    foreign[3] ^= 1
    var checksum = good
    checksum[17] ^= 1
    for bytes in [[], [1, 2, 3], Array(good.dropLast()), good + [0], foreign, checksum] {
      let folder = try PageFolder()
      folder.write(bytes)
      #expect(throws: FreshnessPageError.self) { try FreshnessPage.open(path: folder.page) }
      let page = try FreshnessPage.create(path: folder.page)
      page.write(.sample(1))
      #expect(try FreshnessPage.open(path: folder.page).read() == .sample(1))
    }
  }

  @Test("the page of another version is refused by its number")
  func otherVersion() throws {
    let folder = try PageFolder()
    let words = [PageLayout.magic, 7]
    let header = words + [PageMemory.checksum(of: words)]
    var bytes = header.flatMap(littleEndian)
    bytes += Array(repeating: 0, count: PageLayout.byteCount - bytes.count)
    folder.write(bytes)
    #expect(throws: FreshnessPageError.damaged(path: folder.page, reason: .unsupportedVersion(7))) {
      try FreshnessPage.open(path: folder.page)
    }
  }

  @Test("a folder at the path is refused and stays")
  func folderAtPath() throws {
    let folder = try PageFolder()
    mkdir(folder.page, 0o755)
    #expect(throws: FreshnessPageError.damaged(path: folder.page, reason: .notARegularFile)) {
      try FreshnessPage.create(path: folder.page)
    }
  }

  @Test("a missing page is an error for a router and made by a sidecar")
  func missing() throws {
    let folder = try PageFolder()
    #expect(
      throws: FreshnessPageError.system(path: folder.page, operation: "open", code: ENOENT)
    ) { try FreshnessPage.open(path: folder.page) }
    let made = try FreshnessPage.create(path: folder.page)
    #expect(made.identity == FileIdentity(path: folder.page))
  }

  @Test("waiting ends with a statement from another mapping, and with the time")
  func waiting() throws {
    let folder = try PageFolder()
    let sidecar = try FreshnessPage.create(path: folder.page)
    let router = try FreshnessPage.open(path: folder.page)
    let seen = router.generation
    var began = ContinuousClock.now
    router.waitForChange(since: seen, upTo: .milliseconds(20))
    #expect(ContinuousClock.now - began >= .milliseconds(15))
    let writer = try JoinableThread { sidecar.write(.sample(5)) }
    while router.generation == seen { router.waitForChange(since: seen, upTo: .seconds(20)) }
    writer.join()
    #expect(router.read() == .sample(5))
    began = .now
    router.waitForChange(since: seen, upTo: .seconds(120))
    #expect(ContinuousClock.now - began < .seconds(60), "what has changed already isn't waited for")
  }

  @Test("a router's wish wakes the sidecar and is counted")
  func refreshWanted() throws {
    let folder = try PageFolder()
    let sidecar = try FreshnessPage.create(path: folder.page)
    let router = try FreshnessPage.open(path: folder.page)
    let seen = sidecar.refreshWanted
    let asking = try JoinableThread { _ = router.wantRefresh() }
    while sidecar.refreshWanted == seen {
      sidecar.waitForRefreshWanted(since: seen, upTo: .seconds(20))
    }
    asking.join()
    #expect(router.wantRefresh() == seen &+ 2)
  }

  @Test(
    "an answer is one to every earlier wish, across the end of the numbers",
    arguments: [
      (5, 5, true), (6, 5, true), (4, 5, false), (2, .max - 1, true), (.max - 1, 2, false),
    ] as [(UInt32, UInt32, Bool)])
  func answers(answered: UInt32, wanted: UInt32, expected: Bool) {
    var statement = SidecarStatement.sample(1)
    statement.refreshAnswered = answered
    #expect(statement.answers(wanted) == expected)
  }
}

func littleEndian(_ word: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
}

/// Something that one thread tells another.
final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  func raise() { value.store(true, ordering: .releasing) }
  var isRaised: Bool { value.load(ordering: .acquiring) }
}
