internal import Foundation
public import LoadResults

/// Results as JSON files.
public enum ResultFile {
  /// Writes a result.
  ///
  /// - Throws: ``ResultFileError`` where the file can't be written.
  public static func write(_ result: RunResult, to path: String) throws(ResultFileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(result).write(to: URL(fileURLWithPath: path))
    } catch {
      throw ResultFileError(path: path, problem: .unwritable(error.localizedDescription))
    }
  }

  /// Reads a result.
  ///
  /// - Throws: ``ResultFileError`` where the file can't be read, is no result, or has a format of
  ///   another version.
  public static func read(_ path: String) throws(ResultFileError) -> RunResult {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw ResultFileError(path: path, problem: .unreadable(error.localizedDescription))
    }
    do {
      let found = try JSONDecoder().decode(Format.self, from: data).format
      guard found == RunResult.format else {
        throw ResultFileError(path: path, problem: .otherFormat(found))
      }
      return try JSONDecoder().decode(RunResult.self, from: data)
    } catch let error as ResultFileError {
      throw error
    } catch {
      throw ResultFileError(path: path, problem: .noResult(Self.reason(error)))
    }
  }

  private struct Format: Decodable {
    var format: Int
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return error.localizedDescription }
    let (text, context): (String, DecodingError.Context) =
      switch error {
      case .keyNotFound(let key, let context): ("\"\(key.stringValue)\" is missing", context)
      case .typeMismatch(_, let context), .valueNotFound(_, let context):
        (context.debugDescription, context)
      case .dataCorrupted(let context): (context.debugDescription, context)
      @unknown default:
        ("it can't be decoded", DecodingError.Context(codingPath: [], debugDescription: ""))
      }
    let place = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return place.isEmpty ? text : "at \(place.joined(separator: ".")): \(text)"
  }
}

/// Why a file of results could not be used.
public struct ResultFileError: Error, Equatable, CustomStringConvertible {
  /// What is wrong with it.
  public enum Problem: Sendable, Equatable {
    /// It can't be opened or read.
    case unreadable(String)
    /// It can't be written.
    case unwritable(String)
    /// It is no JSON, or not that of a result.
    case noResult(String)
    /// It is of a version whose format has this number.
    case otherFormat(Int)
  }

  /// The file.
  public let path: String
  /// What is wrong with it.
  public let problem: Problem

  /// One sentence for people.
  public var description: String {
    switch problem {
    case .unreadable(let reason): "\(path): can't be read: \(reason)"
    case .unwritable(let reason): "\(path): can't be written: \(reason)"
    case .noResult(let reason):
      "\(path): is no result of shardway-bench: \(reason); give a file that \"run --json\" wrote"
    case .otherFormat(let format):
      "\(path): has format \(format), this program reads format \(RunResult.format);"
        + " use the program that wrote it, or run again"
    }
  }
}
