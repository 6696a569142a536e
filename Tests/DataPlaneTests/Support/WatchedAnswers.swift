import Testing
import Wire

@testable import DataPlane

/// What a server's bytes come to under an ``AnswerWatch``: what the client gets, and what was told about it.
struct WatchedAnswers: Equatable {
  /// What was told, without offsets, which depend on how the bytes were cut.
  enum Told: Equatable {
    case ready(TransactionStatus, isOwn: Bool)
    case message(type: Character, isOwn: Bool, body: [UInt8])
    case copyBegins
  }

  /// The bytes that the client gets.
  private(set) var forwarded: [UInt8] = []
  private(set) var told: [Told] = []
  /// Statements whose Parse was not answered.
  private(set) var unanswered: [UInt64] = []
  /// What is owed in the end.
  private(set) var owedCount = 0
  private(set) var isBetweenMessages = true

  /// Has a watch read pieces of what a server says.
  init(_ pieces: [[UInt8]], by watch: AnswerWatch) throws {
    var watch = watch
    for piece in pieces { try read(piece, by: &watch) }
    owedCount = watch.owed.count
    isBetweenMessages = watch.isBetweenMessages
  }

  /// The ranges that are not swallowed, and those that are restored, put together as a worker does.
  private mutating func read(_ piece: [UInt8], by watch: inout AnswerWatch) throws {
    var offset = 0
    var kept = 0
    while let event = try watch.next(piece.span.bytes, from: &offset) {
      switch event {
      case .swallow(let range):
        try #require(kept <= range.lowerBound && range.upperBound <= piece.count)
        forwarded += piece[kept..<range.lowerBound]
        kept = range.upperBound
      case .restore(let place):
        try #require(kept <= place && place <= piece.count)
        forwarded += piece[kept..<place] + watch.takeHeld()
        kept = place
      case .ready(let status, let end, let isOwn):
        #expect(TransactionStatus(rawValue: piece[end - 1]) ?? .failed == status)
        told.append(.ready(status, isOwn: isOwn))
        unanswered += watch.owed.takeUnanswered()
      case .told(let type, let isOwn):
        let character = Character(UnicodeScalar(type))
        told.append(.message(type: character, isOwn: isOwn, body: watch.body))
      case .copyBegins:
        told.append(.copyBegins)
      }
    }
    forwarded += piece[kept...]
  }
}
