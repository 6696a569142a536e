internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import RouterAPI

/// Asks a router's JSON API.
struct TopClient: Sendable {
  /// How long one answer may take, and how large it may be.
  static let patience: Duration = .seconds(4)
  static let answerBytes = 16 << 20

  /// The router's address, without a slash at its end.
  let base: String

  /// Reads an address such as `http://127.0.0.1:6480`; the scheme may be left out.
  ///
  /// - Throws: ``TopFailure`` where it is no address.
  init(_ address: String) throws(TopFailure) {
    let text = address.contains("://") ? address : "http://\(address)"
    guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https",
      url.host()?.isEmpty == false, url.path().isEmpty || url.path() == "/", url.query() == nil
    else {
      throw TopFailure(
        "\"\(address)\" is no address of a router; write it as http://127.0.0.1:6480, "
          + "which is `http.address` of its configuration")
    }
    base = text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  /// Asks for everything at once.
  func news() async throws(TopFailure) -> TopNews {
    do {
      async let fleet = document("fleet", FleetDocument.self)
      async let shards = document("shards?limit=1000", ShardsDocument.self)
      async let pools = document("pools?limit=1000", PoolsDocument.self)
      async let tenants = document("tenants", TenantsDocument.self)
      async let modes = document("modes", ModesDocument.self)
      async let workers = document("workers", WorkersDocument.self)
      return TopNews(
        fleet: try await fleet, shards: try await shards, pools: try await pools,
        tenants: try await tenants, modes: try await modes, workers: try await workers)
    } catch let failure as TopFailure {
      throw failure
    } catch {
      throw TopFailure("\(error)")
    }
  }

  private func document<Document: Decodable>(
    _ path: String, _ type: Document.Type
  ) async throws -> Document {
    let response: HTTPClientResponse
    do {
      response = try await HTTPClient.shared.execute(
        HTTPClientRequest(url: "\(base)/api/v1/\(path)"),
        timeout: .nanoseconds(Int64(Self.patience / .nanoseconds(1))))
    } catch {
      throw TopFailure(Self.text(of: error))
    }
    guard response.status == .ok else {
      throw TopFailure("\(path) was answered with \(response.status)")
    }
    let body = try await response.body.collect(upTo: Self.answerBytes)
    do {
      return try JSONDecoder().decode(Document.self, from: Data(body.readableBytesView))
    } catch {
      throw TopFailure("\(path) was answered with something else than a router's JSON")
    }
  }

  private static func text(of error: any Error) -> String {
    switch error {
    case let error as HTTPClientError where error == .connectTimeout || error == .deadlineExceeded:
      "nothing came within \(patience.components.seconds) s"
    case is NIOConnectionError, is IOError: "nobody listens there"
    default: "\(error)"
    }
  }
}

/// Why a router was not heard.
struct TopFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
