/// A short text in words of a page: its length in the first byte, then UTF-8.
struct PageText {
  /// Words that hold it.
  let words: [UInt64]

  /// Cuts the text, between two characters, at what `wordCount` words hold.
  init(_ text: String, wordCount: Int) {
    let room = 8 * wordCount - 1
    var kept: [UInt8] = []
    for character in text {
      let bytes = Array(character.utf8)
      guard kept.count + bytes.count <= room else { break }
      kept += bytes
    }
    let padded = [UInt8(kept.count)] + kept + Array(repeating: 0, count: room - kept.count)
    words = (0..<wordCount).map { word in
      (0..<8).reduce(0) { $0 | UInt64(padded[8 * word + $1]) << UInt64(8 * $1) }
    }
  }

  /// The text in some words; what isn't UTF-8 is replaced.
  static func text(in words: some Collection<UInt64>) -> String {
    let bytes = words.flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
    let count = min(Int(bytes.first ?? 0), bytes.count - 1)
    return count > 0 ? String(decoding: bytes[1...count], as: UTF8.self) : ""
  }
}

extension MapRoot {
  /// The root as words of a page.
  var pageWords: [UInt64] {
    let bytes = bytes
    return (0..<4).map { word in
      (0..<8).reduce(0) { $0 | UInt64(bytes[8 * word + $1]) << UInt64(8 * $1) }
    }
  }

  /// The root in four words of a page.
  init(pageWords words: some Collection<UInt64>) {
    let bytes = words.flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
    self = MapRoot(bytes: bytes) ?? .none
  }
}
