import ConfigurationFile
import Logging
import MapExchange
import MapSync

/// The configuration file, read and checked.
struct SidecarFile {
  /// The sidecar's name in reports.
  let id: String
  let controlPlanes: [ControlPlaneURL]
  /// Where the bearer token is: a path, or `credential:NAME`.
  let tokenFile: String
  let tls: TLSFiles
  let trustedKeys: [TrustedKey]
  let sync: SyncSettings
  /// Time between two reports of a router.
  let reportInterval: Duration
  let files: SidecarPaths
  let limits: ExchangeLimits
  let logLevel: Logger.Level
  /// Where it is, as it was named.
  var path = ""
  /// Its text.
  var text = ""

  /// Reads a file; whatever is wrong is said with its line.
  static func load(_ path: String) throws(ConfigurationError) -> SidecarFile {
    var text = ""
    var file = try ConfigurationReader.load(path, as: SidecarYAML.self, text: &text) {
      (yaml) throws(FieldError) in try yaml.checked()
    }
    (file.path, file.text) = (path, text)
    return file
  }

  /// A fault of a file that this one names, with the line that names it.
  func error(_ fault: FieldError) -> ConfigurationError {
    ConfigurationReader.error(path, text, fault.field, fault.text)
  }
}

/// Whom to believe, and what to show who asks.
struct TLSFiles: Hashable {
  /// Certificates of authorities to believe in place of the system's, PEM.
  var caFile: String?
  /// The sidecar's own certificate and those behind it, PEM.
  var certificateFile: String?
  /// The key of that certificate, PEM; a path, or `credential:NAME`.
  var keyFile: String?
}

/// What the sidecar writes.
struct SidecarPaths: Hashable {
  var map: String
  var page: String
  var state: String
  var status: String
}
