internal import FoundationEssentials

extension JSONValue {
  /// Reads JSON text.
  ///
  /// - Throws: ``JSONSyntaxError`` with what is wrong, where the parser says it.
  public init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
    do {
      self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    } catch DecodingError.dataCorrupted(let context) {
      let detail = context.underlyingError.map { "\($0)" } ?? context.debugDescription
      throw JSONSyntaxError(reason: detail)
    } catch {
      throw JSONSyntaxError(reason: "\(error)")
    }
  }

  /// The value in one line, fields in alphabetical order.
  public var text: String { encoded([.sortedKeys, .withoutEscapingSlashes]) }

  /// The value over several lines, for people.
  public var prettyText: String {
    encoded([.sortedKeys, .withoutEscapingSlashes, .prettyPrinted])
  }

  private func encoded(_ formatting: JSONEncoder.OutputFormatting) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      preconditionFailure("finite numbers, strings and lists can always be encoded: \(error)")
    }
  }
}

/// Text that is not JSON.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the parser says.
  public var reason: String

  /// An error with its reason.
  public init(reason: String) { self.reason = reason }

  /// A sentence for a person.
  public var description: String { "this is not JSON: \(reason)" }
}
