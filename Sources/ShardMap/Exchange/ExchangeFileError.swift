/// Why a file of the exchange is not used. Whoever reads goes on with what was read before.
public enum ExchangeFileError: Error, Hashable, Sendable {
  /// It is longer than ``RouterExchangeLimits/fileBytes``.
  case tooLong
  /// It is not the file that was expected, or of another version of the format.
  case unknownFormat
  /// It doesn't end with the checksum of what is before it: it was cut or changed.
  case damaged
  /// A line can't be read; the first is 1.
  case badLine(Int)
}

extension ExchangeFileError: CustomStringConvertible {
  /// What is wrong, and what follows.
  public var description: String {
    switch self {
    case .tooLong:
      "it is longer than \(RouterExchangeLimits.fileBytes) bytes and is left alone; what was read before stays in force"
    case .unknownFormat:
      "it begins as no file of this version does; run router and sidecar of one release"
    case .damaged: "its checksum is wrong; what was read before stays in force"
    case .badLine(let line):
      "line \(line) can't be read; run router and sidecar of one release"
    }
  }
}
