internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Words for what goes wrong between here and the control plane.
enum TransportReason {
  static func text(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      error.connectionErrors.first.map { text($0.error) } ?? "no address of \(error.host) answers"
    case let error as IOError: error.description
    case let error as NIOSSLError: tls(error)
    case let error as BoringSSLError: "the TLS handshake failed: \(error)"
    case let error as HTTPClientError: http(error)
    default: "\(error)"
    }
  }

  private static func http(_ error: HTTPClientError) -> String {
    switch error {
    case .connectTimeout: "no connection within \(ControlLimits.connect)"
    case .remoteConnectionClosed: "the connection was closed before the answer"
    default: error.shortDescription
    }
  }

  private static func tls(_ error: NIOSSLError) -> String {
    switch error {
    case .handshakeFailed(let reason):
      "the TLS handshake failed: \(reason); is its authority trusted (--ca, SHARDWAY_CA)?"
    case .unableToValidateCertificate:
      "its certificate is not one of a trusted authority (--ca, SHARDWAY_CA)"
    default: "\(error)"
    }
  }
}
