public import MapExchange
public import ShardMap

/// What went wrong while a map was taken in: its content, or the disk.
public enum StoreFault: Error, Hashable, Sendable {
  /// The content can't be used.
  case exchange(ExchangeError)
  /// The disk refuses.
  case file(MapFileError)
}

extension StoreFault {
  /// Runs something that asks for content.
  static func exchange<Value>(
    _ body: () throws(ExchangeError) -> Value
  ) throws(StoreFault) -> Value {
    do throws(ExchangeError) { return try body() } catch { throw .exchange(error) }
  }

  /// Runs something that asks the disk.
  static func file<Value>(_ body: () throws(MapFileError) -> Value) throws(StoreFault) -> Value {
    do throws(MapFileError) { return try body() } catch { throw .file(error) }
  }
}

extension StoreFault: CustomStringConvertible {
  /// What happened, why, and what to do.
  public var description: String {
    switch self {
    case .exchange(let error): error.description
    case .file(let error): error.description
    }
  }
}
