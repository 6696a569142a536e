import DataPlane
import FoundationEssentials
import TLS

/// Certificates that clients won't take: not yet, no more, or soon no more.
enum CertificateWarning {
  /// How long before its end a certificate is spoken of.
  static let notice = 14 * 86_400

  static func all(_ material: TLSMaterial, at now: Date) -> [String] {
    material.certificates.compactMap { text(of: $0, at: Int64(now.timeIntervalSince1970)) }
  }

  private static func text(of certificate: TLSCertificate, at now: Int64) -> String? {
    let path = certificate.certificatePath
    if now > certificate.validTo {
      return "the certificate \(path) ended \(date(certificate.validTo)): renew it"
    }
    if now < certificate.validFrom {
      return "the certificate \(path) is good from \(date(certificate.validFrom)) only"
    }
    if certificate.validTo - now < notice {
      return "the certificate \(path) ends \(date(certificate.validTo)): renew it before"
    }
    return nil
  }

  private static func date(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}

/// Encryption that clients can't bind their logins through.
enum BindingWarning {
  static func all(_ settings: RouterSettings) -> [String] {
    guard settings.serverTLS != nil else { return [] }
    return settings.listeners.enumerated().compactMap { place, listener in
      guard listener.tls != .off, listener.pooling != .transaction else { return nil }
      return
        "listeners[\(place)]: a session's client proves itself to the server, and sees the router's "
        + "certificate: with SCRAM it needs channel_binding=disable, or pooling: transaction"
    }
  }
}
