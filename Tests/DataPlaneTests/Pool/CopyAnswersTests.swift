import Testing
import Wire

@testable import DataPlane

/// A client and a server in COPY, and after errors: which answer belongs to which request.
@Suite("Answers in COPY and after errors")
struct CopyAnswersTests {
  typealias Request = AnswerQueue.Request

  /// What a client sends, and what a server says, in the order in which the router sees it.
  enum Step: CustomStringConvertible {
    case sent(Request)
    case sync, copyEnd
    case said(Character)
    case fails
    case fatal
    case ready

    var description: String {
      switch self {
      case .sent(let request): "\(request)"
      case .sync: "Sync"
      case .copyEnd: "CopyDone"
      case .said(let type): "'\(type)'"
      case .fails: "ERROR"
      case .fatal: "FATAL"
      case .ready: "Z"
      }
    }
  }

  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let steps: [Step]
    let owed: [Request]
    /// Whether what the client sends next is looked at before everything is answered.
    var needsMarker = false

    init(_ title: String, _ steps: [Step], owed: [Request] = [], needsMarker: Bool = false) {
      testDescription = title
      self.steps = steps
      self.owed = owed
      self.needsMarker = needsMarker
    }
  }

  private static let cases: [Case] = [
    Case(
      "a plain COPY is one answer",
      [.sent(.query), .said("G"), .copyEnd, .said("C"), .ready]),
    Case(
      "a Query behind the end of COPY is the next answer",
      [.sent(.query), .said("G"), .copyEnd, .sent(.query), .said("C"), .ready], owed: [.query]),
    Case(
      "data and end may be sent before COPY begins",
      [.sent(.query), .copyEnd, .sent(.query), .said("G"), .said("C"), .ready], owed: [.query]),
    Case(
      "a COPY that never begins leaves nothing of its end",
      [.sent(.query), .copyEnd, .fails, .ready]),
    Case(
      "the Sync behind the Execute of a COPY is ignored",
      [.sent(.execute), .sync, .said("G"), .copyEnd, .sync, .said("C"), .ready]),
    Case(
      "the Sync behind the end of a COPY is answered, though it was sent before it began",
      [.sent(.execute), .sync, .copyEnd, .sync, .said("G"), .said("C")], owed: [.sync]),
    Case(
      "Syncs that are sent into a COPY are ignored",
      [.sent(.query), .said("G"), .sync, .sync, .copyEnd, .said("C"), .ready]),
    Case(
      "a Sync behind a COPY that has failed is answered",
      [.sent(.execute), .said("G"), .fails, .copyEnd, .sync], owed: [.sync]),
    Case(
      "a COPY of two in a Query goes on with the second",
      [.sent(.query), .said("G"), .copyEnd, .said("C"), .said("G"), .sync, .copyEnd],
      owed: [.query, .copySync, .copyEnd]),
    Case(
      "whether a Sync of a failed COPY was met is not known",
      [.sent(.query), .said("G"), .sync, .fails, .ready], owed: [.copySync], needsMarker: true),
    Case(
      "it was not, if a marker is answered first",
      [
        .sent(.query), .said("G"), .sync, .fails, .sent(.marker), .ready, .said("3"),
      ]),
    Case(
      "it was, if ReadyForQuery comes before that",
      [
        .sent(.query), .said("G"), .sync, .fails, .sent(.marker), .ready, .ready, .said("3"),
      ]),
    Case(
      "of two Syncs of a COPY in the extended protocol one may be answered",
      [
        .sent(.execute), .sync, .said("G"), .fails, .copyEnd, .sync, .sent(.marker), .ready,
        .said("3"),
      ]),
    Case(
      "or both",
      [
        .sent(.execute), .sync, .said("G"), .fails, .copyEnd, .sync, .sent(.marker), .ready,
        .ready, .said("3"),
      ]),
    Case(
      "before its Sync a marker would be skipped",
      [.sent(.execute), .sync, .said("G"), .fails], owed: [.copySync]),
    Case(
      "ReadyForQuery before any other Sync was sent answers the Sync of the COPY",
      [.sent(.execute), .sync, .said("G"), .fails, .ready, .sent(.query), .copyEnd, .said("C")],
      owed: [.query]),
    Case(
      "nothing is open before a request behind the last Sync, which may begin another COPY",
      [
        .sent(.execute), .sync, .copyEnd, .sync, .sent(.query), .said("G"), .fails, .ready,
        .ready,
      ], owed: [.query]),
    Case(
      "another answer tells as well as a marker",
      [.sent(.query), .said("G"), .sync, .fails, .sent(.query), .ready, .said("C"), .ready]),
    Case(
      "and a marker isn't sent behind a request, which may begin another COPY",
      [.sent(.query), .said("G"), .sync, .fails, .sent(.query), .ready],
      owed: [.copySync, .query]),
    Case(
      "an error skips what was sent before the next Sync, Queries among it",
      [.sent(.bind), .sent(.execute), .sent(.query), .sent(.parse), .sync, .sent(.bind), .fails],
      owed: [.sync, .bind]),
    Case(
      "and what is sent before it later",
      [.sent(.bind), .fails, .sent(.execute), .sent(.query), .sync, .sent(.bind)],
      owed: [.sync, .bind]),
    Case(
      "an error of a Query skips nothing",
      [.sent(.query), .sent(.bind), .fails, .ready], owed: [.bind]),
    Case(
      "an error of a Sync skips nothing",
      [.sync, .sent(.bind), .fails, .ready], owed: [.bind]),
    Case(
      "the end of a connection answers nothing",
      [.sent(.bind), .sync, .fatal], owed: [.bind, .sync]),
    Case(
      "each of the extended protocol's messages has its own answer",
      [
        .sent(.parse), .sent(.bind), .sent(.describe), .sent(.execute), .sent(.close), .said("1"),
        .said("2"), .said("n"), .said("C"), .said("3"),
      ]),
    Case(
      "rows, notices and settings answer nothing",
      [.sent(.execute), .said("D"), .said("N"), .said("A")], owed: [.execute]),
    Case(
      "a portal may be suspended, or run nothing",
      [.sent(.execute), .sent(.execute), .said("s"), .said("I")]),
  ]

  private static let ready = Packets.message("Z", Array("I".utf8))

  private func run(_ steps: [Step], on watch: inout AnswerWatch) throws {
    for step in steps {
      switch step {
      case .sent(let request):
        watch.owed.append(request)
      case .sync:
        _ = watch.owed.appendSync()
      case .copyEnd:
        watch.owed.appendCopyEnd()
      case .said("C"): try read(Packets.message("C", Packets.text("COPY 1")), by: &watch)
      case .said(let type): try read(Packets.message(type), by: &watch)
      case .fails: try read(Packets.message("E", Packets.text("VERROR") + [0]), by: &watch)
      case .fatal: try read(Packets.message("E", Packets.text("SFATAL") + [0]), by: &watch)
      case .ready: try read(Self.ready, by: &watch)
      }
    }
  }

  private func read(_ bytes: [UInt8], by watch: inout AnswerWatch) throws {
    var offset = 0
    while try watch.next(bytes.span.bytes, from: &offset) != nil {}
  }

  @Test("each is counted for what it answers", arguments: cases)
  func table(example: Case) throws {
    var watch = AnswerWatch()
    try run(example.steps, on: &watch)
    let needsMarker = watch.owed.needsMarker()
    #expect(needsMarker == example.needsMarker && !watch.owed.isLost)
    var owed: [Request] = []
    while let entry = watch.owed.removeFirst() { owed.append(entry.request) }
    // The end of COPY data goes with what stands before it.
    #expect(owed == example.owed.filter { $0 != .copyEnd })
  }

  @Test("answers that tell are asked for once, where a marker can't be sent")
  func flush() throws {
    var watch = AnswerWatch()
    let steps: [Step] = [
      .sent(.execute), .sync, .copyEnd, .sync, .sent(.close), .said("G"), .fails, .ready,
    ]
    try run(steps, on: &watch)
    let needsMarker = watch.owed.needsMarker()
    let needsFlush = [watch.owed.takeNeedsFlush(), watch.owed.takeNeedsFlush()]
    #expect(!needsMarker && needsFlush == [true, false])
    // The Sync of the COPY was ignored, so it was the other that was answered.
    try run([.said("3")], on: &watch)
    #expect(watch.owed.isEmpty && !watch.owed.isAmbiguous && !watch.owed.takeNeedsFlush())
  }

  @Test("what stands between a failed COPY and its Sync can't be told")
  func lost() throws {
    var watch = AnswerWatch()
    try run([.sent(.execute), .sync, .said("G"), .fails], on: &watch)
    #expect(!watch.owed.isLost)
    watch.owed.appendCopyEnd()
    #expect(!watch.owed.isLost)
    watch.owed.append(.bind)
    #expect(watch.owed.isLost)
  }

  @Test("a group that is larger than the queue is skipped as it is read")
  func longGroup() throws {
    var watch = AnswerWatch()
    try run([.sent(.parse), .fails], on: &watch)
    for _ in 0..<3 * AnswerQueue.capacity { watch.owed.append(.bind) }
    #expect(watch.owed.isEmpty && watch.owed.isSkipping)
    try run([.sync, .ready], on: &watch)
    #expect(watch.owed.isEmpty && !watch.owed.isSkipping)
  }

  @Test("tells what has become of names, in the order of the requests")
  func names() throws {
    var watch = AnswerWatch()
    watch.owed.append(.parse, changesName: true)
    watch.owed.append(.close, changesName: true)
    watch.owed.append(.parse, changesName: true)
    watch.owed.append(.close)
    try run([.said("1"), .fails], on: &watch)
    watch.owed.append(.parse, changesName: true)
    #expect(watch.owed.takeNameOutcomes() == [true, false, false, false])
    #expect(!watch.owed.hasNameOutcomes)
  }
}
