import DataPlane
import Files
import FoundationEssentials
import Logging
import RouterHTTP
import TLS

/// What the main thread does about certificates: it looks at their files, and has the workers use what is new there.
///
/// Certificates and keys come as several files, one after the other. What does not fit together yet is told once, and looked at
/// again until it does.
struct TLSDuty {
  /// From look to look at the files.
  static let lookInterval: Duration = .seconds(1)

  /// What is in force.
  private(set) var material: TLSMaterial
  private var paths: [String]
  private var seen: [FileStamp?]
  private var told: String?
  private var nextLook = ContinuousClock.now + lookInterval

  init(_ settings: RouterSettings) {
    material = TLSMaterial(of: settings)
    paths = material.paths
    seen = paths.map { FileStamp(of: $0) }
  }

  /// Looks whether a file has changed; what the workers are to use then.
  mutating func look(_ logger: Logger) -> TLSMaterial? {
    guard !paths.isEmpty, ContinuousClock.now >= nextLook else { return nil }
    nextLook = .now + Self.lookInterval
    let found = paths.map { FileStamp(of: $0) }
    guard found != seen else { return nil }
    do throws(TLSError) {
      material = try reload()
    } catch {
      if told != error.description {
        logger.error("certificates not renewed, the old ones stay in use: \(error)")
      }
      told = error.description
      return nil
    }
    (seen, told) = (found, nil)
    logger.notice("certificates renewed from \(paths.joined(separator: ", "))")
    for warning in CertificateWarning.all(material, at: .now) { logger.warning("\(warning)") }
    return material
  }

  /// Until when the certificates in force hold.
  var expiries: [CertificateExpiry] {
    material.certificates.map {
      CertificateExpiry(
        names: $0.names.isEmpty ? [$0.certificatePath] : $0.names, expiresAt: $0.validTo)
    }
  }

  /// Reads the files of what is in force anew.
  ///
  /// - Throws: what is wrong with a file.
  func reload() throws(TLSError) -> TLSMaterial { try material.readAgain() }

  /// Takes what a configuration says that was read anew; tickets that clients have stay good.
  ///
  /// - Returns: what the workers are to use.
  mutating func take(_ settings: RouterSettings) -> TLSMaterial {
    let seen = paths
    material = TLSMaterial(of: settings).keepingTickets(of: material)
    paths = material.paths
    if paths != seen || told != nil { told = nil }
    self.seen = paths.map { FileStamp(of: $0) }
    return material
  }
}
