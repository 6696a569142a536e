/// How the sidecar stands with the control plane. The raw value is what a page stores.
public enum SidecarCondition: UInt32, NamedValue {
  /// It has just begun and has not heard of the control plane yet.
  case starting = 0
  /// The control plane answers.
  case current = 1
  /// No control plane answers.
  case unreachable = 2
  /// A control plane answers with something that can't be used, such as a bad signature.
  case refusing = 3

  /// The name in logs and tools.
  public var name: String {
    switch self {
    case .starting: "starting"
    case .current: "current"
    case .unreachable: "unreachable"
    case .refusing: "refusing"
    }
  }
}

/// What a sidecar tells the routers of its machine.
public struct SidecarStatement: Hashable, Sendable {
  /// The version of the map that is published.
  public var mapVersion: UInt64
  /// The root of the map that is published.
  public var root: MapRoot
  /// When the control plane last confirmed it, on the boot clock, in nanoseconds.
  public var confirmedAtBootNanoseconds: Int64
  /// The same moment in milliseconds since 1970; it counts when the machine was started again.
  public var confirmedAtWallMilliseconds: Int64
  /// The boot that the boot clock belongs to.
  public var bootID: BootID
  /// How the sidecar stands with the control plane.
  public var condition: SidecarCondition
  /// The count of ``FreshnessPage/refreshWanted`` that this answers.
  public var refreshAnswered: UInt32
  /// The sidecar's process.
  public var writerPID: Int32
  /// The stable code of the last error, at most 31 bytes; empty when there was none.
  public var lastErrorCode: String

  /// Names everything a sidecar tells.
  public init(
    mapVersion: UInt64, root: MapRoot, confirmedAtBootNanoseconds: Int64,
    confirmedAtWallMilliseconds: Int64, bootID: BootID, condition: SidecarCondition,
    refreshAnswered: UInt32, writerPID: Int32, lastErrorCode: String = ""
  ) {
    self.mapVersion = mapVersion
    self.root = root
    self.confirmedAtBootNanoseconds = confirmedAtBootNanoseconds
    self.confirmedAtWallMilliseconds = confirmedAtWallMilliseconds
    self.bootID = bootID
    self.condition = condition
    self.refreshAnswered = refreshAnswered
    self.writerPID = writerPID
    self.lastErrorCode = lastErrorCode
  }

  /// Whether a router that asked with this count of ``FreshnessPage/refreshWanted`` has its answer.
  public func answers(_ wanted: UInt32) -> Bool {
    Int32(bitPattern: refreshAnswered &- wanted) >= 0
  }
}

extension SidecarStatement {
  static let errorCodeWords = 4
  static let wordCount = 16

  /// Which of the words is the mark of the sidecar's process; its lower half is the process number.
  static let writerWord = 11

  /// The statement as words, behind the number that tells the newer of two copies.
  ///
  /// - Parameters:
  ///   - serial: that number.
  ///   - writer: the mark of ``writerPID``; without it only the number is told.
  /// - Returns: ``wordCount`` words.
  func words(serial: UInt64, writer: ProcessMark? = nil) -> [UInt64] {
    let writer = writer?.word ?? UInt64(UInt32(bitPattern: writerPID))
    return [serial, mapVersion] + root.pageWords + [
      UInt64(bitPattern: confirmedAtBootNanoseconds),
      UInt64(bitPattern: confirmedAtWallMilliseconds),
      bootID.high, bootID.low,
      UInt64(condition.rawValue) | UInt64(refreshAnswered) << 32,
      writer,
    ] + PageText(lastErrorCode, wordCount: Self.errorCodeWords).words
  }

  /// Nil when the words name a condition that this version doesn't know.
  init?(words: [UInt64]) {
    guard words.count == Self.wordCount,
      let condition = SidecarCondition(rawValue: UInt32(truncatingIfNeeded: words[10]))
    else { return nil }
    self.init(
      mapVersion: words[1], root: MapRoot(pageWords: words[2..<6]),
      confirmedAtBootNanoseconds: Int64(bitPattern: words[6]),
      confirmedAtWallMilliseconds: Int64(bitPattern: words[7]),
      bootID: BootID(high: words[8], low: words[9]), condition: condition,
      refreshAnswered: UInt32(truncatingIfNeeded: words[10] >> 32),
      writerPID: ProcessMark(word: words[Self.writerWord]).pid,
      lastErrorCode: PageText.text(in: words[12..<16]))
  }
}
