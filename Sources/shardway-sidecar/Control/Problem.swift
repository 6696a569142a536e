import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// An answer that says what is wrong (RFC 9457).
struct Problem: Sendable {
  /// The stable code; `http-503` where the answer has none.
  let code: String
  /// What is wrong, for people.
  let text: String

  private struct Body: Decodable {
    var code: String?
    var title: String?
    var detail: String?
  }

  /// Longest code that is believed: the page has room for it.
  private static let codeBytes = 31
  /// Longest text that is passed on.
  private static let textBytes = 400

  init(_ response: HTTPClientResponse, limit: Int) async {
    let body = (try? await response.body.collect(upTo: limit)).map { Data($0.readableBytesView) }
    let read = body.flatMap { try? JSONDecoder().decode(Body.self, from: $0) }
    let code = read?.code ?? ""
    let isCode =
      (1...Self.codeBytes).contains(code.utf8.count)
      && code.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    self.code = isCode ? code : "http-\(response.status.code)"
    let text = read?.detail ?? read?.title ?? response.status.reasonPhrase
    self.text = String(text.prefix(Self.textBytes))
  }
}
