internal import Synchronization

/// Until when the router's certificates hold, for whoever asks; the thread that renews them says so.
public final class CertificatesInUse: Sendable {
  private let held = Mutex<[CertificateExpiry]>([])

  /// None yet.
  public init() {}

  /// Those in use now.
  public var all: [CertificateExpiry] { held.withLock { $0 } }

  /// Others are in use from now on.
  public func replace(by certificates: [CertificateExpiry]) {
    held.withLock { $0 = certificates }
  }
}

extension CertificatesInUse: MetricSource {
  /// Adds the family of their ends.
  public func write(to text: inout MetricsText) {
    text.family(
      "shardway_certificate_expiry_timestamp_seconds", .gauge,
      "When a certificate ends that clients are shown, since 1970.")
    for certificate in all.prefix(MetricsLimits.certificates) {
      text.sample(
        .number(Double(certificate.expiresAt)), "certificate",
        certificate.names.first ?? "")
    }
  }
}
