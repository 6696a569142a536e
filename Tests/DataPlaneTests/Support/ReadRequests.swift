import Testing
import Wire

@testable import DataPlane

/// What a client's bytes come to under a ``RequestReader``: its messages, and the bytes that a server would be sent.
struct ReadRequests: Equatable {
  /// What is sent on when nothing is changed.
  private(set) var sent: [UInt8] = []
  private(set) var types: [Character] = []
  private(set) var isBetweenMessages = true
  /// Whether the reader has found a length that can't be right.
  private(set) var isFaulty = false

  init(_ pieces: [[UInt8]]) {
    var reader = RequestReader()
    do throws(FramingError) {
      for piece in pieces { try read(piece, by: &reader) }
    } catch {
      isFaulty = true
    }
    isBetweenMessages = reader.isBetweenMessages
  }

  private mutating func read(
    _ piece: [UInt8], by reader: inout RequestReader
  ) throws(FramingError) {
    var offset = 0
    while let event = try reader.next(piece.span.bytes, from: &offset) {
      switch event {
      case .whole(let type, let range):
        note(type)
        #expect(piece[range.lowerBound] == type)
        sent += piece[range]
      case .gathered(let type):
        note(type)
        sent += MessageEncoder.encode(type: type, body: reader.gathered)
      case .long(let type, let length):
        note(type)
        sent += [type] + Packets.integer(length + 4, bytes: 4) + reader.gathered
      case .more(let range):
        #expect(!range.isEmpty)
        sent += piece[range]
      }
    }
    #expect(offset == piece.count)
  }

  private mutating func note(_ type: UInt8) { types.append(Character(UnicodeScalar(type))) }
}
