import RandomNumbers

/// What a decoder finally said about bytes that arrived in pieces.
enum Verdict<Value: Equatable, Refusal: Error & Equatable>: Equatable {
  case decoded(Value)
  case refused(Refusal)
  case incomplete
}

/// Ways to cut bytes into the pieces in which they arrive.
enum Cut: CaseIterable {
  case whole
  case byteAtATime
  case atRandom

  /// The counts of bytes that have arrived after each piece, the last being all.
  func arrivals(of count: Int, using random: inout SplitMix64) -> [Int] {
    switch self {
    case .whole: return [count]
    case .byteAtATime: return Array(0...count)
    case .atRandom:
      let cuts = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Int.random(in: 0...count, using: &random)
      }
      return cuts.sorted() + [count]
    }
  }
}

/// Shows a decoder of prefixes one prefix after the other until it has made up its mind.
func verdict<Value, Refusal>(
  on bytes: [UInt8], arriving arrivals: [Int],
  decode: (RawSpan) throws(Refusal) -> Value?
) -> Verdict<Value, Refusal> {
  for count in arrivals {
    do throws(Refusal) {
      if let value = try decode(bytes.span.bytes.extracting(0..<count)) { return .decoded(value) }
    } catch {
      return .refused(error)
    }
  }
  return .incomplete
}
