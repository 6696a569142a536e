internal import Synchronization

/// The page that a sidecar and the routers of its machine share: how old the map is, and who uses
/// which version.
///
/// The sidecar is its one writer of statements and routers read them; each router writes its own
/// slot and the sidecar reads them. Either side may be killed at any moment and be started again.
public final class FreshnessPage: Sendable {
  let memory: PageMemory
  /// The file's path.
  public let path: String
  /// Which file was mapped: a page that was replaced by another one has another identity.
  public let identity: FileIdentity
  /// Held while a statement is written, so that threads of one process don't meet: the mark of the process that the last one was of.
  private let writing = Mutex<ProcessMark?>(nil)

  /// Times that a reader begins again when both copies change under its eyes.
  private static let readAttempts = 1000

  /// Opens the sidecar's page, or makes it where there is none or a damaged one. A good one keeps
  /// its content.
  ///
  /// The file is made beside its place and renamed, readable and writable for owner and group.
  ///
  /// - Throws: ``FreshnessPageError`` when the disk refuses, or something else than a file is there.
  public static func create(path: String) throws(FreshnessPageError) -> FreshnessPage {
    do throws(FreshnessPageError) {
      return try open(path: path)
    } catch {
      guard error.isCuredByNewFile else { throw error }
      try PageFile.make(at: path)
      return try open(path: path)
    }
  }

  /// Opens a page that a sidecar has made.
  ///
  /// - Throws: ``FreshnessPageError`` when it can't be opened for writing or isn't a page.
  public static func open(path: String) throws(FreshnessPageError) -> FreshnessPage {
    let file = try PageFile(path: path)
    return try FreshnessPage(file, path: path)
  }

  private init(_ file: borrowing PageFile, path: String) throws(FreshnessPageError) {
    memory = try PageMemory(descriptor: file.descriptor, path: path)
    self.path = path
    identity = file.identity
    if let damage = PageHeader.damage(in: memory) { throw .damaged(path: path, reason: damage) }
  }

  private var copies: [PageRecord] {
    PageLayout.statements.map {
      PageRecord(memory: memory, offset: $0, count: SidecarStatement.wordCount)
    }
  }

  // MARK: From the sidecar to the routers

  /// Says something new, and wakes the routers. Only the sidecar may, one process at a time.
  ///
  /// The copy that is not the newest is overwritten, so one whole statement is there at any moment.
  public func write(_ statement: SidecarStatement) {
    writing.withLock { writer in
      if writer?.pid != statement.writerPID { writer = ProcessMark(pid: statement.writerPID) }
      let serials = copies.map { $0.read()?[0] ?? 0 }
      let older = serials[0] > serials[1] ? 1 : 0
      copies[older].write(
        statement.words(serial: max(serials[0], serials[1]) + 1, writer: writer))
    }
    _ = memory.raise(PageLayout.generation)
  }

  /// The newest whole statement; nil while there is none.
  public func read() -> SidecarStatement? { newestWords.flatMap { SidecarStatement(words: $0) } }

  /// Whether the process still runs whose statement is the newest: another one that has its number now isn't taken for it. Reads a
  /// file of `/proc`.
  public var isWriterAlive: Bool {
    newestWords.map { ProcessMark(word: $0[SidecarStatement.writerWord]).isAlive } ?? false
  }

  private var newestWords: [UInt64]? {
    var newest: [UInt64]?
    for _ in 0..<Self.readAttempts {
      let before = generation
      newest = copies.compactMap { $0.read() }.max { $0[0] < $1[0] }
      // While the generation stays, at most one copy changes, and it is the older one.
      if generation == before { break }
    }
    return newest
  }

  /// Grows with each statement, wrapping: one plain load.
  public var generation: UInt32 { memory.count(PageLayout.generation) }

  /// Sleeps until the generation is another than `seen`; at most `limit`, less when a signal comes.
  public func waitForChange(since seen: UInt32, upTo limit: Duration) {
    memory.waitForChange(PageLayout.generation, since: seen, upTo: limit)
  }

  /// Wakes everybody who waits for a statement, without one: for a thread that is to end.
  public func wakeWaiting() { _ = memory.raise(PageLayout.generation) }

  // MARK: From the routers to the sidecar

  /// Asks the sidecar to ask the control plane now; the new count. See
  /// ``SidecarStatement/answers(_:)``.
  @discardableResult
  public func wantRefresh() -> UInt32 { memory.raise(PageLayout.refreshWanted) }

  /// How often routers have asked, wrapping.
  public var refreshWanted: UInt32 { memory.count(PageLayout.refreshWanted) }

  /// Sleeps until a router asks; at most `limit`, less when a signal comes.
  public func waitForRefreshWanted(since seen: UInt32, upTo limit: Duration) {
    memory.waitForChange(PageLayout.refreshWanted, since: seen, upTo: limit)
  }
}

extension FreshnessPageError {
  /// Whether there is nothing at the path that is worth keeping.
  fileprivate var isCuredByNewFile: Bool {
    switch self {
    case .system(_, "open", let code): code == PageFile.noSuchFile
    case .system, .damaged(_, .notARegularFile): false
    case .damaged: true
    }
  }
}
