/// Expands a compressed body and cuts it into lines, whatever pieces it arrives in.
///
/// libzstd is called on whole blocks of the input, counted from its beginning, so that neither
/// lines nor faults depend on how the body was cut on its way.
struct LineReader: ~Copyable {
  private static let blockBytes = 16 << 10

  private let compressedLimit: Int
  private let expandedLimit: Int
  private let lineLimit: Int

  private var expander = ZstdExpander()
  /// Received and not yet in a block, from `waitingStart` on.
  private var waiting: [UInt8] = []
  private var waitingStart = 0
  private var hasEnded = false
  private var block: [UInt8] = []
  private var blockPlace = 0
  private var compressedCount = 0
  /// Whether the expander may have more for us without more input.
  private var isFull = false

  /// Expanded and not yet a line, from `lineStart` on; no line ends before `searched`.
  private var expanded: [UInt8] = []
  private var lineStart = 0
  private var searched = 0
  private var expandedCount = 0
  /// The last line that was given, counted from 1.
  private(set) var line = 0

  init(compressedLimit: Int, expandedLimit: Int, lineLimit: Int) {
    self.compressedLimit = compressedLimit
    self.expandedLimit = expandedLimit
    self.lineLimit = lineLimit
  }

  mutating func receive(_ bytes: some Sequence<UInt8>) {
    if waitingStart == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      waitingStart = 0
    }
    waiting.append(contentsOf: bytes)
  }

  mutating func receiveEnd() { hasEnded = true }

  /// Whether all lines were given and the body is whole.
  var isComplete: Bool {
    expander.isComplete && hasEnded && lineStart == expanded.count && !hasMoreInput
  }

  private var hasMoreInput: Bool {
    blockPlace < block.count || waitingStart < waiting.count
  }

  /// The next line without its end; nil when more has to be received first, or all is there.
  mutating func next() throws(ExchangeError) -> [UInt8]? {
    while true {
      if let end = expanded[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let text = Array(expanded[lineStart..<end])
        guard text.count <= lineLimit else { throw .tooLarge("a line", limit: lineLimit) }
        lineStart = end + 1
        searched = lineStart
        line += 1
        return text
      }
      guard expanded.count - lineStart <= lineLimit else {
        throw .tooLarge("a line", limit: lineLimit)
      }
      forgetLines()
      if expander.isComplete {
        try checkEnd()
        return nil
      }
      guard try expandMore() else { return nil }
    }
  }

  private mutating func forgetLines() {
    expanded.removeSubrange(..<lineStart)
    lineStart = 0
    searched = expanded.count
  }

  private func checkEnd() throws(ExchangeError) {
    guard lineStart == expanded.count else {
      throw .malformed(line: line + 1, reason: "the last line has no end")
    }
    guard !hasMoreInput else {
      throw .malformed(line: line, reason: "something follows the end of the compressed body")
    }
  }

  /// Whether anything could be expanded.
  private mutating func expandMore() throws(ExchangeError) -> Bool {
    if blockPlace == block.count, !isFull {
      guard try takeBlock() else {
        guard !hasEnded else { throw .truncated }
        return false
      }
    }
    let before = expanded.count
    isFull = try expander.step(block, &blockPlace, into: &expanded)
    expandedCount += expanded.count - before
    guard expandedCount <= expandedLimit else {
      throw .tooLarge("the expanded body", limit: expandedLimit)
    }
    return true
  }

  /// Whether there was a whole block, or the last one.
  private mutating func takeBlock() throws(ExchangeError) -> Bool {
    let count = min(Self.blockBytes, waiting.count - waitingStart)
    guard count == Self.blockBytes || (hasEnded && count > 0) else { return false }
    compressedCount += count
    guard compressedCount <= compressedLimit else {
      throw .tooLarge("the compressed body", limit: compressedLimit)
    }
    block = Array(waiting[waitingStart..<waitingStart + count])
    blockPlace = 0
    waitingStart += count
    return true
  }
}
