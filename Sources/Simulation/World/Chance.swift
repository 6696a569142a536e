import Routing

/// Decisions drawn from a seed.
extension RandomSource {
  /// True once in `1000 / perMille` draws on average; 0 is never, and then nothing is drawn.
  mutating func chance(_ perMille: Int) -> Bool {
    perMille > 0 && index(below: 1000) < perMille
  }

  /// A number of the range.
  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + index(below: range.count)
  }

  /// A number of the range, small ones more often: each doubling is as likely as any other.
  mutating func size(in range: ClosedRange<Int>) -> Int {
    var top = range.lowerBound
    while top < range.upperBound && index(below: 4) > 0 {
      top = min(max(1, top) * 2, range.upperBound)
    }
    return number(in: range.lowerBound...max(range.lowerBound, top))
  }

  /// One of several.
  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[index(below: choices.count)]
  }

  /// Bytes that no other draw repeats.
  mutating func bytes(_ count: Int) -> [UInt8] {
    let words = (count + 7) / 8
    var bytes = [UInt8](repeating: 0, count: words * 8)
    bytes.withUnsafeMutableBytes { room in
      for word in 0..<words { room.storeBytes(of: next(), toByteOffset: 8 * word, as: UInt64.self) }
    }
    bytes.removeLast(words * 8 - count)
    return bytes
  }
}
