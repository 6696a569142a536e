import CLiburing  // To the compiler, msghdr and iovec are there.
import Glibc

/// Headers for sends of several pieces, which must stay until the submit.
///
/// Invariant that keeps the pointers safe: there are as many places as the submission queue has, used in turn; so a place is used again only
/// after the operation before it was submitted, and by then the kernel has read it.
struct SendHeaders: ~Copyable {
  private struct Place {
    var header = msghdr()
    var pieces = InlineArray<8, iovec>(repeating: iovec())
  }

  private let places: UnsafeMutablePointer<Place>
  private let count: Int
  private var next = 0

  init(count: Int) {
    self.count = count
    places = .allocate(capacity: count)
    places.initialize(repeating: Place(), count: count)
  }

  deinit { places.deallocate() }

  /// A header for pieces of an answer; nil when they are more than fit, a run being taken apart into pages.
  mutating func header(
    _ pieces: Range<Int>, of answers: borrowing AnswerBuffer
  ) -> UnsafePointer<msghdr>? {
    let place = places + next
    var count = 0
    for index in pieces {
      let piece = answers.pieces[index]
      var rest = piece.count
      while rest > 0 {
        guard count < NullServerLimits.piecesASend else { return nil }
        let length = piece.bytes == nil ? min(rest, FillPage.bytes.count) : rest
        place.pointee.pieces[count] = iovec(
          iov_base: piece.bytes.map { UnsafeMutableRawPointer($0) }
            ?? UnsafeMutableRawPointer(mutating: FillPage.bytes.baseAddress!), iov_len: length)
        rest -= length
        count += 1
      }
    }
    next = next + 1 == self.count ? 0 : next + 1
    let first = UnsafeMutableRawPointer(place) + MemoryLayout<Place>.offset(of: \.pieces)!
    place.pointee.header.msg_iov = first.assumingMemoryBound(to: iovec.self)
    place.pointee.header.msg_iovlen = count
    return UnsafeRawPointer(place).assumingMemoryBound(to: msghdr.self)
  }
}
