/// The form of both files: a line that says what it is, lines of words, and a line with the checksum of
/// all before it.
///
/// Words are separated by one space. In a word, everything but printable ASCII is written as `%` and two
/// hexadecimal digits, and so are `%` itself and a word that is `-`, which stands for an empty one. Lines
/// that begin with an unknown word are skipped: the writer may be newer.
enum ExchangeText {
  private static let end = "end "
  private static let digits = Array("0123456789abcdef".utf8)
  private static let newline = UInt8(ascii: "\n")
  private static let checksumBytes = 16

  /// A file from its lines.
  static func file(_ title: String, _ lines: [[Word]]) -> [UInt8] {
    var bytes = Array(title.utf8) + [newline]
    for line in lines {
      for (place, word) in line.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: " ")) }
        bytes += word.written
      }
      bytes.append(newline)
    }
    return bytes + Array(end.utf8) + hexadecimal(Checksum.of(bytes)) + [newline]
  }

  /// The lines of a file between the first and the last.
  static func lines(
    of bytes: [UInt8], titled title: String
  ) throws(ExchangeFileError) -> [[Word]] {
    guard bytes.count <= RouterExchangeLimits.fileBytes else { throw .tooLong }
    guard bytes.starts(with: Array(title.utf8) + [newline]) else { throw .unknownFormat }
    let tail = end.utf8.count + checksumBytes + 1
    let body = Array(bytes.dropLast(tail))
    guard bytes.count > tail, body.last == newline,
      Array(bytes.suffix(tail)) == Array(end.utf8) + hexadecimal(Checksum.of(body)) + [newline]
    else { throw .damaged }
    var lines: [[Word]] = []
    let texts = body.dropLast().split(separator: newline, omittingEmptySubsequences: false)
    for (place, text) in texts.enumerated().dropFirst() {
      var line: [Word] = []
      for word in text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false) {
        guard let word = Word(written: word) else { throw .badLine(place + 1) }
        line.append(word)
      }
      lines.append(line)
    }
    return lines
  }

  private static func hexadecimal(_ value: UInt64) -> [UInt8] {
    (0..<checksumBytes).map { digits[Int(value >> UInt64(60 - 4 * $0) & 15)] }
  }

  /// One word of a line.
  struct Word {
    /// Its bytes, as they were meant.
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    init(_ text: String) { bytes = Array(text.utf8) }
    init(_ number: some BinaryInteger) { self.init("\(number)") }

    /// Its text; what isn't UTF-8 is replaced.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The number that it is, if it is one of this type.
    func number<Number: FixedWidthInteger>() -> Number? { Number(text) }

    var written: [UInt8] {
      guard !bytes.isEmpty else { return [UInt8(ascii: "-")] }
      let isDash = bytes == [UInt8(ascii: "-")]
      return bytes.flatMap { byte -> [UInt8] in
        let isPlain = (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "%") && !isDash
        return isPlain
          ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }

    init?(written: some Collection<UInt8>) {
      guard !written.isEmpty else { return nil }
      guard !written.elementsEqual([UInt8(ascii: "-")]) else {
        bytes = []
        return
      }
      var bytes: [UInt8] = []
      var rest = written.makeIterator()
      while let byte = rest.next() {
        guard byte == UInt8(ascii: "%") else {
          bytes.append(byte)
          continue
        }
        guard let high = rest.next().flatMap(digits.firstIndex(of:)),
          let low = rest.next().flatMap(digits.firstIndex(of:))
        else { return nil }
        bytes.append(UInt8(high << 4 | low))
      }
      self.bytes = bytes
    }
  }
}
